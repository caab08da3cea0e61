/** Why the command did not do what it was asked to. */
export type CliErrorCode =
  /** The command line makes no sense. */
  | 'USAGE'
  | 'EMPTY_PROMPT'
  | 'UNREADABLE_PROMPT'
  /** Ctrl-C. */
  | 'INTERRUPTED'
  /** SIGTERM. */
  | 'TERMINATED'
  /** Whoever read the output has gone. */
  | 'OUTPUT_CLOSED'
  /** The output cannot be written, such as to a full disk. */
  | 'OUTPUT_FAILED';

/** A failure of the command itself; `code` is stable, the message is for people. */
export class CliError extends Error {
  override readonly name = 'CliError';
  readonly code: CliErrorCode;

  constructor(code: CliErrorCode, message: string, options?: { cause?: unknown }) {
    super(message, options);
    this.code = code;
  }
}

/** The exit code for a failure; what the command does not know itself is 1. */
export function exitCodeOf(error: unknown): number {
  if (!(error instanceof CliError)) return 1;
  switch (error.code) {
    case 'USAGE':
      return 2;
    case 'EMPTY_PROMPT':
    case 'UNREADABLE_PROMPT':
    case 'OUTPUT_FAILED':
      return 1;
    case 'INTERRUPTED':
      return 130;
    case 'TERMINATED':
      return 143;
    case 'OUTPUT_CLOSED':
      return 0;
    default:
      return error.code satisfies never;
  }
}
