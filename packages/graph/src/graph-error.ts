/** What went wrong, stable across versions. */
export type GraphErrorCode =
  | 'INVALID_CONFIG'
  | 'UNSUPPORTED_MODEL'
  | 'INVALID_SAFETENSORS'
  | 'INVALID_CHECKPOINT'
  | 'UNREADABLE_FILE'
  | 'UNWRITABLE_FILE'
  | 'GRAPH_TOO_LARGE'
  | 'INVALID_PROTOBUF'
  | 'INVALID_GRAPH'
  | 'UNSUPPORTED_GRAPH'
  | 'NOT_BELT_READY';

export interface GraphErrorOptions {
  /** The config field, tensor, node or file that is to blame. */
  readonly subject?: string;
  readonly cause?: unknown;
}

/** The one error of this package. */
export class GraphError extends Error {
  override readonly name = 'GraphError';
  readonly code: GraphErrorCode;
  readonly subject: string | undefined;

  constructor(code: GraphErrorCode, message: string, options: GraphErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.subject = options.subject;
  }
}
