import type { TitleProblemCode } from './title.ts';

/** One step of a block. */
export interface AnswerStep {
  /** Without surrounding white space, for display and comparison. */
  readonly title: string;
  /** As it was written between `####` and the colon. */
  readonly rawTitle: string;
  /** Everything from the colon to the next `####`, white space and nested blocks included. */
  readonly body: string;
  /** The body read once more, if it has nested blocks and they were asked for. */
  readonly sections?: readonly AnswerSection[];
}

/** A piece of an answer: running text (preamble, conclusion) or a block of independent steps. */
export type AnswerSection =
  | { readonly type: 'text'; readonly text: string }
  | {
      readonly type: 'block';
      readonly steps: readonly AnswerStep[];
      /** Whether `####%%%%` was there. */
      readonly closed: boolean;
    };

/** Why a part of an answer was not what it looked like. */
export type AnswerProblemCode =
  | TitleProblemCode
  /** The text ended before a title's colon. */
  | 'unfinished-title'
  /** The text ended before `####%%%%`. */
  | 'unclosed-block';

/** What was wrong, and where: `offset` is where the `####` at fault begins, in UTF-16 units. */
export interface AnswerProblem {
  readonly code: AnswerProblemCode;
  readonly offset: number;
}

/** A whole answer; read at depth 1 and written out again it is exactly the text it was. */
export interface AnswerDocument {
  readonly sections: readonly AnswerSection[];
  readonly problems: readonly AnswerProblem[];
}
