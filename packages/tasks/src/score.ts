/** Why an answer is right or wrong. */
export type ScoreReason =
  | 'right'
  /** Documents: no line begins with `Answer:`. */
  | 'no-answer-line'
  | 'wrong-answer'
  /** Planning: an aspect has no step, two steps, a step without text; or a step is about something else. */
  | 'missing-step'
  | 'repeated-step'
  | 'empty-step'
  | 'unexpected-step'
  /** Planning: the last line is not the gold line. */
  | 'wrong-conclusion';

export interface Score {
  readonly correct: boolean;
  /** The gold answer or line. */
  readonly expected: string;
  /** What stands in its place, or undefined if nothing does. */
  readonly found: string | undefined;
  readonly reason: ScoreReason;
}
