/**
 * What went wrong in the browser: there is no model under that name, a file did not arrive whole, there is no
 * onnxruntime-web, the worker did not start or died, the decoder was disposed, a result was awaited whose
 * events were left or whose fork was disposed, the browser's storage is full, or the cache does not work for another reason.
 */
export type WebErrorCode =
  | 'MODEL_NOT_FOUND'
  | 'DOWNLOAD_FAILED'
  | 'RUNTIME_FAILED'
  | 'WORKER_FAILED'
  | 'DISPOSED'
  | 'STOPPED_EARLY'
  | 'QUOTA_EXCEEDED'
  | 'CACHE_FAILED';

export interface WebErrorOptions extends ErrorOptions {
  readonly url?: string;
}

/** The one error class of this package; `code` is stable, the message is for people. */
export class WebError extends Error {
  override readonly name = 'WebError';
  readonly code: WebErrorCode;
  /** What could not be fetched or stored; undefined where it is about no file. */
  readonly url: string | undefined;

  constructor(code: WebErrorCode, message: string, options: WebErrorOptions = {}) {
    super(message, options);
    this.code = code;
    this.url = options.url;
  }
}

/** What went wrong, in words. */
export function reasonOf(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause);
}
