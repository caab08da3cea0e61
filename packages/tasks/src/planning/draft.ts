import { createNames } from '../names.ts';
import type { Draft, DraftOptions, PlanningProblem } from '../problem.ts';
import type { Random } from '../random.ts';
import { splitOf } from '../split.ts';
import { fill, pickWording } from '../wording.ts';
import type { PlanningTask } from './task.ts';
import { type PlanningWording, planningWording } from './wording.ts';

/** Asks to treat a topic from several aspects, each perhaps in several steps, or a direct question about one aspect. */
export function createPlanningDraft(options: DraftOptions, random: Random): Draft<PlanningProblem> {
  const { kind, split } = options;
  const wording = planningWording[options.language];
  const topic = createTopic(options, wording, random);
  const count = kind === 'direct' ? 1 : options.count;
  const drawn = drawAspects(
    count + (kind === 'nested' ? random.integer(2, 3) : 0),
    topic,
    options,
    wording,
    random,
  );
  const written = options.difficulty > 1 && random.chance(0.2) ? drawn.map(capitalize) : drawn;
  const aspects = written.slice(0, count);
  const details = written.slice(count);
  const length = kind === 'direct' || kind === 'nested' ? 1 : random.pick([1, 2, 2, 2, 3]);
  const separator = random.pick(wording.lastSeparators);
  const values = {
    t: topic,
    n: count,
    a: aspects[0]!,
    list: enumerate(aspects, wording, separator),
    bullets: aspects.map((a) => fill(wording.bullet, { a })).join('\n'),
  };
  const requests = kind === 'direct' ? wording.directQuestions : wording.requests;
  const sentences = [fill(pickWording(requests, split, random), values)];
  if (kind === 'nested') {
    const list = enumerate(details, wording, separator);
    sentences.push(fill(pickWording(wording.nestedClauses, split, random), { list }));
  } else if (kind !== 'direct' && length !== 2) {
    sentences.push(random.pick(length === 1 ? wording.short : wording.long));
  }
  // A list of bullets ends a line.
  const whole = sentences.join(sentences[0]!.includes('\n') ? '\n' : wording.space);
  const prompt = random.chance(0.2) ? whole.replace(/[.。]$/, '') : whole;
  return { prompt, items: aspects, labels: [], goldKeys: aspects, task: { topic, aspects, details, length } };
}

function createTopic({ language, split }: DraftOptions, wording: PlanningWording, random: Random): string {
  const names = createNames(language, random, split);
  return fill(pickWording(wording.topics, split, random), {
    p: random.pick([names.place, names.country])(),
    subject: random.pick(wording.subjects),
    kind: random.pick(wording.eventKinds),
    event: random.pick(wording.events),
  });
}

/** Different aspects, none of them inside another one or in the topic; a quarter of them are made up of two words. */
function drawAspects(
  count: number,
  topic: string,
  { split, difficulty }: DraftOptions,
  { aspects, modifiers, nouns, compound }: PlanningWording,
  random: Random,
): string[] {
  const known = [...aspects.keys()];
  const madeUp = [0.1, 0.25, 0.5][difficulty - 1]!;
  const drawn: string[] = [];
  while (drawn.length < count) {
    const isKnown = !random.chance(madeUp);
    const aspect = isKnown
      ? random.pick(known)
      : fill(compound, { modifier: random.pick(modifiers), noun: random.pick(nouns) });
    if (!isKnown && splitOf(aspect) !== split) continue;
    if ([topic, ...drawn].some((other) => other.includes(aspect) || aspect.includes(other))) continue;
    drawn.push(aspect);
  }
  return drawn;
}

function enumerate(
  items: readonly string[],
  { listSeparator }: PlanningWording,
  lastSeparator: string,
): string {
  if (items.length === 1) return items[0]!;
  // No comma stands before the "and" of two.
  const last = items.length === 2 ? lastSeparator.replace(/^,/, '') : lastSeparator;
  return items.slice(0, -1).join(listSeparator) + last + items.at(-1)!;
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
