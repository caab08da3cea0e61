import type { Language } from '@beltline/format';
import type { Random } from '../random.ts';
import type { Split } from '../split.ts';
import { rostersChinese } from './rosters-chinese.ts';
import { rostersEnglish } from './rosters-english.ts';

/** A number that every item has. */
export interface Measure {
  readonly key: string;
  /** As a solution calls it. */
  readonly label: string;
  /** As prompts call it, a pattern. */
  readonly labels: string;
  /** Values are whole numbers from first to last, both included, in units of one part of `scale`. */
  readonly first: number;
  readonly last: number;
  readonly scale: number;
  /** The narrowest and the widest range that is asked for. */
  readonly width: readonly [number, number];
  /** Ranges keep this far from first and last, and near misses this close to a bound. */
  readonly margin: number;
  /** A value `{v}` behind its label. */
  readonly shown: string;
  /** Predicates: `{v}` is a value or a comparison with one. */
  readonly states: readonly string[];
  /** What is more and what is less, where words say so: `older` and `younger`. */
  readonly comparatives?: Readonly<Record<'above' | 'below', string>>;
}

/** What every item belongs to. */
export interface Affiliation {
  readonly key: 'university' | 'company' | 'place' | 'team' | 'country';
  readonly label: string;
  readonly labels: string;
  readonly states: readonly string[];
}

/** Whom or what the items of a problem are about, and what is told of them. */
export interface Roster {
  readonly names: 'person' | 'company' | 'place' | 'device';
  readonly noun: string;
  readonly nouns: string;
  /** At least two. */
  readonly measures: readonly Measure[];
  readonly affiliation: Affiliation;
}

/** What a language has to draw rosters from. */
export interface Rosters {
  /** Evaluation knows this one only: students with an age, a GPA and a university. */
  readonly students: Roster;
  draw(random: Random): Roster;
}

const rosters: Readonly<Record<Language, Rosters>> = { en: rostersEnglish, zh: rostersChinese };

export function drawRoster(language: Language, split: Split, random: Random): Roster {
  const { students, draw } = rosters[language];
  return split === 'evaluation' || random.chance(0.55) ? students : draw(random);
}

/** Whether these are students with ages and GPAs, of whom whole wordings exist. */
export function isStudents(roster: Roster): boolean {
  return Object.values(rosters).some(({ students }) => students === roster);
}
