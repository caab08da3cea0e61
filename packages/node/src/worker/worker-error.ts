/** What went wrong with the worker of a decoder: it did not start, or it died. */
export type WorkerErrorCode = 'WORKER_FAILED';

/** A failure of a decoder's worker itself; `code` is stable, the message is for people. */
export class WorkerError extends Error {
  override readonly name = 'WorkerError';
  readonly code: WorkerErrorCode;

  constructor(code: WorkerErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
