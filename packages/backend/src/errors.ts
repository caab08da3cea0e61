/** Why a backend refused or failed. */
export type BackendErrorCode =
  | 'CAPACITY_EXCEEDED'
  | 'CONTEXT_EXCEEDED'
  | 'CACHE_BUSY'
  | 'DISPOSED'
  | 'LOAD_FAILED'
  | 'RUN_FAILED'
  | 'UNSUPPORTED';

/** A failure that is not a mistake in the arguments; `code` is stable, the message is for people. */
export class BackendError extends Error {
  override readonly name = 'BackendError';
  readonly code: BackendErrorCode;

  constructor(code: BackendErrorCode, message: string, options?: { cause?: unknown }) {
    super(message, options);
    this.code = code;
  }
}
