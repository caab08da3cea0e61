/** What went wrong, stable across versions. */
export type GgufErrorCode =
  /** No GGUF file, or a truncated or damaged one. */
  | 'INVALID_GGUF'
  /** A GGUF file of a kind that is not read: big-endian, version 1, split into several files. */
  | 'UNSUPPORTED_GGUF'
  /** A metadata entry is missing or is not what it must be. */
  | 'INVALID_METADATA'
  /** An architecture, tensor type or setting that no belt-ready graph can be built for. */
  | 'UNSUPPORTED_MODEL'
  /** A kind of tokenizer that cannot be done faithfully. */
  | 'UNSUPPORTED_TOKENIZER';

export interface GgufErrorOptions {
  /** The metadata key, tensor name or file that is to blame. */
  readonly subject?: string;
  readonly cause?: unknown;
}

/** The one error of this package. */
export class GgufError extends Error {
  override readonly name = 'GgufError';
  readonly code: GgufErrorCode;
  readonly subject: string | undefined;

  constructor(code: GgufErrorCode, message: string, options: GgufErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.subject = options.subject;
  }
}

/** The error for a file that breaks the format. */
export function invalid(file: string, problem: string, subject: string = file): GgufError {
  return new GgufError(
    'INVALID_GGUF',
    `${file} is not a complete GGUF file: ${problem}. Get the file again.`,
    { subject },
  );
}
