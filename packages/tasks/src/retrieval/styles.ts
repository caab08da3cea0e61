import type { Language } from '@beltline/format';
import type { Random } from '../random.ts';
import { stylesChinese } from './styles-chinese.ts';
import { stylesEnglish } from './styles-english.ts';

/** How training's resumes and questions are assembled; all texts are patterns. */
export interface Styles {
  /** Sentences: the beginning with `{name}`, what joins predicates, and how another sentence begins. */
  readonly leads: readonly string[];
  /** What stands before a sentence's beginning and gives a `{label}` and its `{value}`. */
  readonly asides: readonly string[];
  /** A `{name}` with a `{value}` behind it. */
  readonly inBrackets: string;
  readonly joints: readonly string[];
  readonly nextSentences: readonly string[];
  /** What `{pronoun}` stands for. */
  readonly pronouns: Readonly<Record<'person' | 'thing', readonly string[]>>;
  readonly stop: string;
  /** Pairs of label and value: what comes first, between a label and its value, between pairs, and last. */
  readonly firsts: readonly string[];
  readonly colons: readonly string[];
  readonly separators: readonly string[];
  readonly lasts: readonly string[];
  /** Resumes of words without a meaning: these words, and what stands between words and around values. */
  readonly words: readonly string[];
  readonly wordSpace: string;
  readonly wordJoints: readonly string[];
  /** Tables: between cells, and the heading of the names. */
  readonly cells: readonly string[];
  readonly nameHeadings: string;
  readonly interestLabels: string;
  readonly interestStates: readonly string[];
  /** A predicate that nobody knows, with a made-up `{word}`, where the language has words of letters. */
  readonly inventedState?: string;
  readonly introductionLeads: readonly string[];
  /** Sentences that say nothing. */
  readonly fillers: readonly string[];
  /** Bounds: in the place of a value, and behind "is". */
  readonly comparisons: Readonly<Record<Comparison, readonly string[]>>;
  readonly relations: Readonly<Record<Comparison, readonly string[]>>;
  /** How a question about a number puts its `{state}`, `{label}` and `{c}`. */
  readonly predicate: string;
  /** A predicate with a measure's `{comparative}` and a `{limit}`, where the language has one. */
  readonly comparatives?: string;
  /** Questions with a `{predicate}`, of whomever and of persons only, and with a `{label}` and a `{relation}`. */
  readonly questions: readonly string[];
  readonly personQuestions: readonly string[];
  readonly labelQuestions: readonly string[];
  /** Questions for a word `{v}` that stands behind a `{label}`. */
  readonly wordQuestions: readonly string[];
  readonly lookUps: readonly string[];
}

export type Comparison = 'between' | 'above' | 'below' | 'exactly';

export const styles: Readonly<Record<Language, Styles>> = { en: stylesEnglish, zh: stylesChinese };

/** Words without a meaning, from `least` to `most` of them. */
export function sayWords({ words, wordSpace }: Styles, random: Random, least: number, most: number): string {
  return random.sample(words, random.integer(least, most)).join(wordSpace);
}
