import type { DecodingMode } from '../evaluation-mode.ts';

/** One measurement. */
export type SpeedSample =
  /** The context entered an empty cache. */
  | { readonly type: 'prefill'; readonly milliseconds: number }
  /** One forward pass over the context, for a token of each of so many branches; one row is sequential decoding. */
  | { readonly type: 'step'; readonly rows: number; readonly milliseconds: number }
  /** A whole answer after the context. */
  | { readonly type: 'answer'; readonly mode: DecodingMode; readonly milliseconds: number };

/** The answer whose decoding is timed: branches of equal length, as the three stages decode them. */
export interface AnswerShape {
  readonly branches: number;
  /** Tokens of each branch's body. */
  readonly branchTokens: number;
  readonly titleTokens: number;
  readonly conclusionTokens: number;
}

/** Tokens of the whole answer, which are the same in all modes. */
export function answerTokens({ branches, branchTokens, titleTokens, conclusionTokens }: AnswerShape): number {
  return branches * (titleTokens + branchTokens) + conclusionTokens;
}
