/** Why results cannot be used. */
export type EvaluationErrorCode =
  /** The file holds something else. */
  | 'NOT_RESULTS'
  /** The results that are there were made with other settings. */
  | 'SETTINGS_CHANGED';

/** A failure of an evaluation; `code` is stable, the message is for people. */
export class EvaluationError extends Error {
  override readonly name = 'EvaluationError';
  readonly code: EvaluationErrorCode;

  constructor(code: EvaluationErrorCode, message: string, options?: { cause?: unknown }) {
    super(message, options);
    this.code = code;
  }
}
