import type { Language } from '@beltline/format';
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
  | 'university'
  | 'interest';

/** Texts of a language. `questions` ask for a student; `phrases` stand behind "who", to be joined by "and". */
export interface RetrievalWording {
  readonly introductions: Wordings;
  /** Resumes without university and interests, without self-introduction, and whole ones. */
  readonly resumes: Readonly<Record<'brief' | 'medium' | 'full', Wordings>>;
  readonly bullets: readonly string[];
  readonly selfIntroductions: Wordings;
  /** Sentences of a self-introduction that a hasty reader mistakes for the resume. */
  readonly distractions: readonly string[];
  readonly questions: Readonly<Record<CriterionName, Wordings>>;
  readonly phrases: Readonly<Record<CriterionName, string>>;
  readonly bothQuestion: Wordings;
  readonly lookUps: Readonly<Record<'age' | 'gpa' | 'university', Wordings>>;
  readonly lookUpAnswers: Readonly<Record<'age' | 'gpa' | 'university', string>>;
  readonly answerFormat: Wordings;
  readonly answersFormat: string;
  readonly lookUpFormat: string;
  readonly noneClause: string;
  readonly question: string;
  readonly numberedQuestion: string;
  readonly label: string;
  readonly numberedLabel: string;
  readonly lookUpLabel: string;
  readonly listSeparator: string;
  /** Between two sentences. */
  readonly space: string;
  /** Between the last two of an enumeration, as in `A, B and C`. */
  readonly lastSeparator: string;
  readonly fields: Readonly<Record<'age' | 'gpa', string>>;
  readonly verdicts: Readonly<Record<'inside' | 'above' | 'below', string>>;
  readonly bodies: Readonly<Record<'between' | 'limit' | 'university' | 'interest', string>>;
  readonly same: Readonly<Record<'yes' | 'no', string>>;
  readonly among: Readonly<Record<'yes' | 'no', string>>;
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
