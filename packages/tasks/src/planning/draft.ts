import { createNames } from '../names.ts';
import type { Draft, DraftOptions, PlanningProblem } from '../problem.ts';
import type { Random } from '../random.ts';
import { splitOf } from '../split.ts';
import { expand, fill, pickWording } from '../wording.ts';
import type { PlanningTask } from './task.ts';
import { type PlanningWording, planningWording } from './wording.ts';

/** Asks to treat a topic from several aspects, each perhaps in several steps, or a direct question about one aspect. */
export function createPlanningDraft(options: DraftOptions, random: Random): Draft<PlanningProblem> {
  const { kind, split } = options;
  const wording = planningWording[options.language];
  const topic = createTopic(options, wording, random);
  const count = kind === 'direct' ? 1 : options.count;
  const inner = kind === 'nested' ? random.integer(2, 3) : 0;
  const drawn = drawAspects(count + inner, topic, options, wording, random);
  const written = options.difficulty > 1 && random.chance(0.2) ? drawn.map(capitalize) : drawn;
  const aspects = written.slice(0, count);
  const details = written.slice(count);
  const length = kind === 'direct' || kind === 'nested' ? 1 : random.pick([1, 2, 2, 2, 3]);
  const lastSeparator = pickWording(wording.lastSeparators, split, random);
  const separator = pickWording(wording.listSeparators, split, random);
  const mark = pickWording(wording.marks, split, random);
  const bullet = pickWording(wording.bullets, split, random);
  const marked = (pattern: string, all: readonly string[]) =>
    all.map((a, index) => fill(pattern, { a, i: index + 1 }));
  const values = {
    t: topic,
    n: count,
    a: aspects[0]!,
    list: enumerate(marked(mark, aspects), separator, lastSeparator),
    bullets: marked(bullet, aspects).join('\n'),
  };
  const requests = kind === 'direct' ? wording.directQuestions : wording.requests;
  const sentences = [fill(pickWording(requests, split, random), values)];
  if (kind === 'nested') {
    const list = enumerate(details, separator, lastSeparator);
    sentences.push(fill(pickWording(wording.nestedClauses, split, random), { list }));
  } else if (kind !== 'direct' && length !== 2) {
    const clauses = length === 1 ? wording.short : wording.long;
    sentences.push(expand(random.pick(clauses[split]), random));
  }
  // A list of bullets ends a line.
  const whole = sentences.join(sentences[0]!.includes('\n') ? '\n' : wording.space);
  const prompt = random.chance(0.2) ? whole.replace(/[.。]$/, '') : whole;
  return { prompt, items: aspects, labels: [], goldKeys: aspects, task: { topic, aspects, details, length } };
}

function createTopic({ language, split }: DraftOptions, wording: PlanningWording, random: Random): string {
  const names = createNames(language, random, split);
  const pattern = pickWording(wording.topics, split, random);
  return fill(pattern, {
    ...(pattern.includes('{word}') && { word: names.place() }),
    p: random.pick([names.place, names.country])(),
    subject: expand(random.pick(wording.subjects[split]), random),
    kind: random.pick(wording.eventKinds),
    event: random.pick(wording.events),
  });
}

/** Different aspects, none of them inside another one or in the topic; a share of them are made up. */
function drawAspects(
  count: number,
  topic: string,
  { language, split, difficulty }: DraftOptions,
  { aspects, modifiers, nouns, compounds, madeUp }: PlanningWording,
  random: Random,
): string[] {
  const names = createNames(language, random, split);
  const known = [...aspects.keys()];
  const share = madeUp[split][difficulty - 1]!;
  const makeUp = () => {
    const pattern = pickWording(compounds, split, random);
    const word = pattern.includes('{word}') ? { word: names.place() } : undefined;
    return fill(pattern, { modifier: random.pick(modifiers), noun: random.pick(nouns), ...word });
  };
  const drawn: string[] = [];
  while (drawn.length < count) {
    const isKnown = !random.chance(share);
    const aspect = isKnown ? random.pick(known) : makeUp();
    if (!isKnown && splitOf(aspect) !== split) continue;
    if ([topic, ...drawn].some((other) => other.includes(aspect) || aspect.includes(other))) continue;
    drawn.push(aspect);
  }
  return drawn;
}

function enumerate(items: readonly string[], separator: string, lastSeparator: string): string {
  if (items.length === 1) return items[0]!;
  // No comma stands before the "and" of two.
  const last = items.length === 2 ? lastSeparator.replace(/^,(?= \w)/, '') : lastSeparator;
  return items.slice(0, -1).join(separator) + last + items.at(-1)!;
}

/** The sentences on an aspect, without a step's markers. */
export function adviseOn(aspect: string, { topic, length }: PlanningTask, wording: PlanningWording): string {
  const a = aspect.toLowerCase();
  const first = fill(wording.aspects.get(a) ?? wording.unknown, { a, t: topic });
  const position = [...wording.aspects.keys()].indexOf(a) + 1;
  const more = wording.more.slice(0, length - 1).map((choices) => choices[position % choices.length]!);
  return [capitalize(first), ...more].join(wording.space);
}

function capitalize(sentence: string): string {
  return sentence[0]!.toUpperCase() + sentence.slice(1);
}
