import type { Random } from '../random.ts';
import { expand, fill } from '../wording.ts';
import type { Roster } from './roster.ts';
import type { Styles } from './styles.ts';

/** What a resume tells beside the name; `slot` stands for its value. */
interface Field {
  readonly slot: string;
  readonly labels: string;
  readonly shown: string;
  readonly states: readonly string[];
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
  readonly withIntroduction: boolean;
}

/** Draws the form of all resumes of a problem: sentences, pairs of label and value, or a table. */
export function assembleLayout(content: LayoutContent, styles: Styles, random: Random): Layout {
  const { roster, keys, withIntroduction } = content;
  const { noun } = roster;
  const told = fieldsOf(roster, styles).filter(({ slot }) => keys.includes(slot.slice(1, -1)));
  const fields = random.sample(told, told.length);
  const pronoun = random.pick(styles.pronouns[roster.names === 'person' ? 'person' : 'thing']);
  const values = { noun, pronoun, Noun: capitalize(noun), open: '[', close: ']' };
  const form = random.pickWeighted([
    ['sentences', 4],
    ['pairs', 4],
    [withIntroduction ? 'sentences' : 'table', 1],
  ] as const);
  if (form === 'table') {
    const cell = random.pick(styles.cells);
    const labels = [styles.nameHeadings, ...fields.map(({ labels }) => labels)];
    const heading = labels.map((label) => fill(expand(label, random), values)).join(cell);
    return { heading, template: ['{name}', ...fields.map(({ slot }) => slot)].join(cell) };
  }
  const assembled = form === 'pairs' ? pairs(fields, styles, random) : sentences(fields, styles, random);
  const filler = random.chance(0.15) ? ` ${expand(random.pick(styles.fillers), random)}` : '';
  const lead = withIntroduction
    ? `${expand(random.pick(styles.introductionLeads), random)}{introduction}`
    : '';
  return { template: fill(assembled + filler + lead, values) };
}

function fieldsOf({ measures, affiliation, names }: Roster, styles: Styles): Field[] {
  const belongs = {
    slot: '{affiliation}',
    labels: affiliation.labels,
    shown: '{v}',
    states: affiliation.states,
  };
  const likes = {
    slot: '{interests}',
    labels: styles.interestLabels,
    shown: '{v}',
    states: styles.interestStates,
  };
  const numbers = measures.map((measure): Field => ({ ...measure, slot: `{${measure.key}}` }));
  return names === 'person' ? [...numbers, belongs, likes] : [...numbers, belongs];
}

function pairs(fields: readonly Field[], styles: Styles, random: Random): string {
  const separator = random.pick(styles.separators);
  const colon = random.pick(styles.colons);
  const first = fill(expand(random.pick(styles.firsts), random), { separator });
  const told = fields.map(({ slot, labels, shown }) => {
    return expand(labels, random) + colon + fill(expand(shown, random), { v: slot });
  });
  const last = first.endsWith('(') ? ')' : '';
  return first + told.join(separator) + last + random.pick(styles.lasts);
}

function sentences(fields: readonly Field[], styles: Styles, random: Random): string {
  const { lead, told } = openSentence(fields, styles, random);
  const predicates = told.map(({ slot, states }) => fill(random.pick(states), { v: slot }));
  const joint = random.pick(styles.joints);
  const next = expand(random.pick(styles.nextSentences), random);
  const space = lead.endsWith('，') || lead.endsWith('：') || next === '' ? '' : ' ';
  // A predicate that begins a sentence of its own needs a subject.
  const between = /[.;]/.test(joint) ? `${joint}${next} ` : joint;
  return `${lead}${space}${predicates.join(between)}${styles.stop}`;
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
    ['behind', 6],
    ['before', 3],
    ['in brackets', 2],
  ] as const);
  if (aside === undefined || told.length === 0 || place === 'behind') return { lead, told: fields };
  const value = fill(expand(aside.shown, random), { v: aside.slot });
  if (place === 'in brackets') {
    return { lead: lead.replace('{name}', fill(styles.inBrackets, { value })), told };
  }
  const label = expand(aside.labels, random);
  return { lead: fill(expand(random.pick(styles.asides), random), { label, value }) + lead, told };
}

function capitalize(noun: string): string {
  return noun[0]!.toUpperCase() + noun.slice(1);
}
