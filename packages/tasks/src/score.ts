/** Why an answer is right or wrong. */
export type ScoreReason =
  | 'right'
  /** No line begins with the label, such as `Answer:`; of a data set, there is no line at all. */
  | 'no-answer-line'
  | 'wrong-answer'
  /** Planning: an aspect has no step, two steps, a step without text; or a step is about something else. */
  | 'missing-step'
  | 'repeated-step'
  | 'empty-step'
  | 'unexpected-step';

export interface Score {
  readonly correct: boolean;
  /** The gold answer; for planning, the aspects. */
  readonly expected: string;
  /** What stands in its place, or undefined if nothing does; for planning, the titles. */
  readonly found: string | undefined;
  readonly reason: ScoreReason;
}
