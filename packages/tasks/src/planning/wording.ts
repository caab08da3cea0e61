import type { Language } from '@beltline/format';
import type { Split } from '../split.ts';
import type { Wordings } from '../wording.ts';
import { chineseWording } from './wording-chinese.ts';
import { englishWording } from './wording-english.ts';

export interface PlanningWording {
  /** What to say of an aspect; `{t}` is the topic. */
  readonly aspects: ReadonlyMap<string, string>;
  readonly modifiers: readonly string[];
  readonly nouns: readonly string[];
  /** Aspects made up of a `{modifier}` and a `{noun}`, and others. */
  readonly compounds: Wordings;
  /** How many aspects are made up, by difficulty. */
  readonly madeUp: Readonly<Record<Split, readonly [number, number, number]>>;
  /** What to say of an aspect `{a}` that is not among them. */
  readonly unknown: string;
  /** Second and third sentences; which one depends on the aspect alone. */
  readonly more: readonly (readonly string[])[];
  readonly topics: Wordings;
  readonly subjects: Readonly<Record<Split, readonly string[]>>;
  readonly eventKinds: readonly string[];
  readonly events: readonly string[];
  /** With `{t}`, `{n}` and `{list}` or `{bullets}`. */
  readonly requests: Wordings;
  readonly nestedClauses: Wordings;
  readonly directQuestions: Wordings;
  /** Clauses that ask for one and for three sentences; without one there are two. */
  readonly short: Readonly<Record<Split, readonly string[]>>;
  readonly long: Readonly<Record<Split, readonly string[]>>;
  readonly listSeparators: Wordings;
  readonly lastSeparators: Wordings;
  /** An aspect `{a}` in a sentence. */
  readonly marks: Wordings;
  /** An aspect in a line of its own. */
  readonly bullets: Wordings;
  readonly space: string;
  readonly opening: string;
  readonly nestedOpening: string;
  readonly conclusion: string;
  readonly detail: string;
  readonly detailsDone: string;
}

export const planningWording: Readonly<Record<Language, PlanningWording>> = {
  en: englishWording,
  zh: chineseWording,
};
