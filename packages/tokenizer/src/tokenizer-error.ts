/**
 * What went wrong: the tokenizer files are malformed, they use something this package does not do,
 * the chat template does not parse, or it failed on these messages.
 */
export type TokenizerErrorCode =
  | 'INVALID_TOKENIZER'
  | 'UNSUPPORTED_TOKENIZER'
  | 'INVALID_TEMPLATE'
  | 'TEMPLATE_FAILED';

/** The one error class of this package; tell cases apart by `code`. */
export class TokenizerError extends Error {
  override readonly name = 'TokenizerError';
  readonly code: TokenizerErrorCode;

  constructor(code: TokenizerErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

export function invalid(expected: string, found: unknown): TokenizerError {
  const kind = found === null ? 'null' : Array.isArray(found) ? 'an array' : typeof found;
  return new TokenizerError(
    'INVALID_TOKENIZER',
    `${expected}, but found ${kind}; pass the parsed tokenizer.json that lies beside the model`,
  );
}

export function unsupported(what: string): TokenizerError {
  return new TokenizerError(
    'UNSUPPORTED_TOKENIZER',
    `${what}; byte-level BPE and SentencePiece-like BPE are, as models of the Llama and Qwen families use them`,
  );
}
