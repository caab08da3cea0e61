/** Why a decoder refused or failed. */
export type DecoderErrorCode =
  | 'EMPTY_PROMPT'
  | 'PROMPT_TOO_LONG'
  | 'TOKENIZER_MISMATCH'
  | 'INVALID_LOGITS'
  | 'STOPPED_EARLY';

/** A failure of decoding; `code` is stable, the message is for people. */
export class DecoderError extends Error {
  override readonly name = 'DecoderError';
  readonly code: DecoderErrorCode;

  constructor(code: DecoderErrorCode, message: string, options?: { cause?: unknown }) {
    super(message, options);
    this.code = code;
  }
}
