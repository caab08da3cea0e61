import { spellWord } from '../names.ts';
import type { Random } from '../random.ts';
import { expand, fill } from '../wording.ts';
import type { Roster } from './roster.ts';
import { type Styles, sayWords } from './styles.ts';

/** What a resume tells beside the name; `slot` stands for its value. */
interface Field {
  readonly slot: string;
  readonly labels: string;
  readonly shown: string;
  readonly states: readonly string[];
  readonly isNumber: boolean;
}

export interface Layout {
  /** The first line of a table. */
  readonly heading?: string;
  /** A resume with `{name}` and a value for each field. */
  readonly template: string;
}

/** What a problem's resumes tell: what is asked for must be in `keys`. */
export interface LayoutContent {
  readonly roster: Roster;
  /** Keys of measures, `affiliation` and `interests`. */
  readonly keys: readonly string[];
  /** Those of them that are asked for. */
  readonly asked: readonly string[];
  readonly withIntroduction: boolean;
}

/** Draws the form of all resumes of a problem: sentences, pairs of label and value, or a table. */
export function assembleLayout(content: LayoutContent, styles: Styles, random: Random): Layout {
  const { roster, keys, asked, withIntroduction } = content;
  const { noun } = roster;
  const told = fieldsOf(roster, styles).filter(({ slot }) => keys.includes(keyOf(slot)));
  const drawn = random.sample(told, told.length);
  // What is told first may stand before the name: the harder place to find what is asked for.
  const first = random.chance(0.35) ? drawn.findIndex(({ slot }) => asked.includes(keyOf(slot))) : 0;
  const fields = [...drawn.slice(first), ...drawn.slice(0, first)];
  const pronoun = random.pick(styles.pronouns[roster.names === 'person' ? 'person' : 'thing']);
  const values = { noun, pronoun, Noun: capitalize(noun), open: '[', close: ']' };
  const form = random.pickWeighted([
    ['sentences', 6],
    ['pairs', 3],
    ['words', 2],
    [withIntroduction ? 'sentences' : 'table', 1],
  ] as const);
  if (form === 'table') {
    const cell = random.pick(styles.cells);
    const named = { slot: '{name}', labels: styles.nameHeadings };
    const place = random.chance(0.6) ? 0 : random.integer(1, fields.length);
    const columns = [...fields.slice(0, place), named, ...fields.slice(place)];
    const heading = columns.map(({ labels }) => fill(expand(labels, random), values)).join(cell);
    return { heading, template: columns.map(({ slot }) => slot).join(cell) };
  }
  const assemble = { pairs, words, sentences }[form];
  const assembled = assemble(fields, styles, random);
  const filler = random.chance(0.15) ? ` ${expand(random.pick(styles.fillers), random)}` : '';
  const lead = withIntroduction
    ? `${expand(random.pick(styles.introductionLeads), random)}{introduction}`
    : '';
  return { template: fill(assembled + filler + lead, values) };
}

function keyOf(slot: string): string {
  return slot.slice(1, -1);
}

function fieldsOf({ measures, affiliation, names }: Roster, styles: Styles): Field[] {
  const belongs = {
    slot: '{affiliation}',
    labels: affiliation.labels,
    shown: '{v}',
    states: affiliation.states,
    isNumber: false,
  };
  const likes = {
    slot: '{interests}',
    labels: styles.interestLabels,
    shown: '{v}',
    states: styles.interestStates,
    isNumber: false,
  };
  const numbers = measures.map(
    (measure): Field => ({ ...measure, slot: `{${measure.key}}`, isNumber: true }),
  );
  return names === 'person' ? [...numbers, belongs, likes] : [...numbers, belongs];
}

function pairs(fields: readonly Field[], styles: Styles, random: Random): string {
  const separator = random.pick(styles.separators);
  const colon = random.pick(styles.colons);
  const told = fields.map((field) => expand(field.labels, random) + colon + showValue(field, random));
  // On a later line the name would stand among what the lines around it tell of others.
  if (!separator.includes('\n') && random.chance(0.5)) {
    const named = `${expand(styles.nameHeadings, random)}${colon}{name}`;
    const place = random.integer(1, told.length);
    return told.toSpliced(place, 0, named).join(separator) + random.pick(styles.lasts);
  }
  const first = fill(expand(random.pick(styles.firsts), random), { separator });
  const last = first.endsWith('(') ? ')' : '';
  return first + told.join(separator) + last + random.pick(styles.lasts);
}

function sentences(fields: readonly Field[], styles: Styles, random: Random): string {
  const { lead, told } = openSentence(fields, styles, random);
  const predicates = told.map((field) => fill(drawState(field, styles, random), { v: field.slot }));
  const joint = random.pick(styles.joints);
  const next = expand(random.pick(styles.nextSentences), random);
  const space = lead.endsWith('，') || lead.endsWith('：') || next === '' ? '' : ' ';
  // A predicate that begins a sentence of its own needs a subject.
  const between = /[.;]/.test(joint) ? `${joint}${next} ` : joint;
  return `${lead}${space}${predicates.join(between)}${styles.stop}`;
}

/** A predicate; often one that nobody knows, where what the value looks like tells enough. */
function drawState({ states, isNumber }: Field, styles: Styles, random: Random): string {
  if (isNumber || random.chance(0.65)) return random.pick(states);
  const { inventedState, wordSpace } = styles;
  if (inventedState === undefined || random.chance(0.3)) {
    return `${sayWords(styles, random, 1, 3)}${wordSpace}{v}`;
  }
  return fill(expand(inventedState, random), { word: spellWord(random) });
}

/** The name and the values among words without a meaning: where they stand and what they look like must be enough. */
function words(fields: readonly Field[], styles: Styles, random: Random): string {
  const say = (least: number, most: number) => sayWords(styles, random, least, most);
  const numbers = fields.filter(({ isNumber }) => isNumber);
  const before = numbers.slice(0, random.pick([0, 1, 1, 2]));
  const after = fields.filter((field) => !before.includes(field));
  const show = (field: Field) => showValue(field, random);
  const told = [...before.map(show), '{name}', ...after.map(show)];
  const pieces = told.flatMap((value) => [say(0, 3), value]).filter((piece) => piece !== '');
  const text = pieces.reduce((all, piece) => all + random.pick(styles.wordJoints) + piece);
  return random.chance(0.7) ? capitalize(text) + styles.stop : text;
}

/** The beginning with the name; the first field may stand before it or in brackets behind it. */
function openSentence(
  fields: readonly Field[],
  styles: Styles,
  random: Random,
): { lead: string; told: readonly Field[] } {
  const lead = expand(random.pick(styles.leads), random);
  const [aside, ...told] = fields;
  const place = random.pickWeighted([
    ['behind', 3],
    ['before', 5],
    ['in brackets', 2],
  ] as const);
  if (aside === undefined || told.length === 0 || place === 'behind') return { lead, told: fields };
  const value = showValue(aside, random);
  if (place === 'in brackets') {
    return { lead: lead.replace('{name}', fill(styles.inBrackets, { value })), told };
  }
  const label = random.chance(0.3) ? sayWords(styles, random, 1, 4) : expand(aside.labels, random);
  const tell = (label: string, value: string) =>
    fill(expand(random.pick(styles.asides), random), { label, value });
  const before = tell(label, value);
  if (told.length < 2 || random.chance(0.7)) return { lead: before + lead, told };
  const [second, ...rest] = told as [Field, ...Field[]];
  const more = tell(expand(second.labels, random), showValue(second, random));
  return { lead: before + more + lead, told: rest };
}

/** A field's value as it stands behind a label. */
function showValue({ shown, slot }: Field, random: Random): string {
  return fill(expand(shown, random), { v: slot });
}

function capitalize(noun: string): string {
  return noun[0]!.toUpperCase() + noun.slice(1);
}
