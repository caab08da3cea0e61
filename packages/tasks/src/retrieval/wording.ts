import type { Language } from '@beltline/format';
import type { Asking } from '../asking.ts';
import type { Wordings } from '../wording.ts';
import { chineseWording } from './wording-chinese.ts';
import { englishWording } from './wording-english.ts';

export type CriterionName =
  | 'gpa-between'
  | 'gpa-above'
  | 'gpa-below'
  | 'age-between'
  | 'age-above'
  | 'age-below'
  | 'affiliation'
  | 'interest';

/** Texts of a language; training assembles most of its own from `Styles`. `questions` ask for a student; `phrases` stand behind "who", to be joined by "and". */
export interface RetrievalWording {
  readonly introductions: Wordings;
  /** Where the items are no students; `{nouns}` they are. */
  readonly otherIntroductions: Wordings;
  /** Resumes without university and interests, without self-introduction, and whole ones. */
  readonly resumes: Readonly<Record<'brief' | 'medium' | 'full', Wordings>>;
  readonly bullets: Wordings;
  readonly selfIntroductions: Wordings;
  /** Sentences of a self-introduction that a hasty reader mistakes for the resume. */
  readonly distractions: Wordings;
  readonly questions: Readonly<Record<CriterionName, Wordings>>;
  readonly phrases: Readonly<Record<CriterionName, string>>;
  readonly bothQuestion: Wordings;
  readonly lookUps: Readonly<Record<'age' | 'gpa' | 'affiliation', Wordings>>;
  readonly lookUpAnswer: string;
  readonly asking: Asking;
  /** Of a question that looks one value up. */
  readonly askingOne: Asking;
  readonly listSeparator: string;
  /** Between two sentences. */
  readonly space: string;
  /** Between the last two of an enumeration, as in `A, B and C`. */
  readonly lastSeparator: string;
  /** Between two requirements. */
  readonly and: string;
  /** How a bound is asked for. */
  readonly relations: Readonly<Record<'above' | 'below', string>>;
  readonly verdicts: Readonly<Record<'inside' | 'above' | 'below', string>>;
  readonly bodies: Readonly<Record<'between' | 'limit' | 'exactly' | 'interest', string>>;
  readonly same: Readonly<Record<'yes' | 'no', string>>;
  readonly among: Readonly<Record<'yes' | 'no', string>>;
  /** What a step ends with whose item meets the requirement. */
  readonly meets: string;
  readonly openings: Readonly<Record<'one' | 'numbered' | 'first', string>>;
  readonly nextRound: string;
  readonly found: Readonly<Record<'one' | 'numbered' | 'both', string>>;
  readonly foundNone: Readonly<Record<'one' | 'numbered' | 'both', string>>;
}

export const retrievalWording: Readonly<Record<Language, RetrievalWording>> = {
  en: englishWording,
  zh: chineseWording,
};
