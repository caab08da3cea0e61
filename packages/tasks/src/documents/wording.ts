import type { Language } from '@beltline/format';
import type { Asking } from '../asking.ts';
import type { Split } from '../split.ts';
import type { Wordings } from '../wording.ts';
import type { FactKind, Subject } from './fact-kinds.ts';
import { chineseWording } from './wording-chinese.ts';
import { englishWording } from './wording-english.ts';

export interface DocumentsWording {
  readonly facts: Readonly<Record<Split, readonly FactKind[]>>;
  /** What a document is called, `{word}` being an invented name. */
  readonly titles: Wordings;
  /** A title with its number `{i}`, `{letter}` or `{code}`, or with a name of its own, `{place}`. */
  readonly titled: Wordings;
  /** A document `{text}` and its `{title}`; `{open}` and `{close}` are square brackets. */
  readonly framed: Wordings;
  readonly introductions: Wordings;
  readonly pronouns: Readonly<Record<Subject, readonly string[]>>;
  /** Sentences about the subject, `{s}`, that answer nothing. */
  readonly distractions: Readonly<Record<Split, Readonly<Record<Subject, readonly string[]>>>>;
  readonly asking: Asking;
  /** Between two sentences. */
  readonly space: string;
  /** Which subject `{s}` a document has and which is `{asked}` for, with the verdict on them. */
  readonly about: string;
  readonly same: Readonly<Record<'yes' | 'no', string>>;
  readonly says: string;
  readonly silent: string;
  readonly openings: Readonly<Record<'one' | 'numbered', string>>;
  readonly found: Readonly<Record<'one' | 'numbered', string>>;
  readonly foundNone: Readonly<Record<'one' | 'numbered', string>>;
}

export const documentsWording: Readonly<Record<Language, DocumentsWording>> = {
  en: englishWording,
  zh: chineseWording,
};
