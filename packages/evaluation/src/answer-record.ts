import type { GenerationResult, StageStatistics } from '@beltline/decoder';
import type { ScoreReason } from '@beltline/tasks';
import type { EvaluationMode } from './evaluation-mode.ts';

/** One problem answered in one mode: a line of the results file. */
export interface AnswerRecord {
  /** Id of the problem. */
  readonly problem: string;
  readonly task: string;
  readonly mode: EvaluationMode;
  readonly correct: boolean;
  /** Why it is right or wrong; `no-answer` where decoding did not begin, see `failure`. */
  readonly reason: ScoreReason | 'no-answer';
  readonly expected: string;
  /** What stands in the place of the expected answer, if anything does. */
  readonly found?: string;
  /** Code of the decoder's refusal: the prompt is too long for the model. */
  readonly failure?: string;
  /** Why the outline could not be used, if it was asked for: the answer was then decoded in order. */
  readonly fallback?: string;
  readonly finishReason: GenerationResult['finishReason'];
  /** Steps that were decoded at once; 0 where none were. */
  readonly branches: number;
  readonly answerTokens: number;
  /** After the prompt was read, as is `milliseconds`. */
  readonly forwardPasses: number;
  readonly milliseconds: number;
  readonly stages: readonly StageRecord[];
  readonly text: string;
}

/** What one stage did; that of the prompt is among them. */
export type StageRecord = Omit<StageStatistics, 'tokensPerSecond'>;

/** Names an answer among all of an evaluation. */
export function keyOf({ problem, mode }: Pick<AnswerRecord, 'problem' | 'mode'>): string {
  return `${mode} ${problem}`;
}
