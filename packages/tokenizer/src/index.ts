export type { ChatMessage, ChatTemplateOptions } from './chat-template.ts';
export type { Detokenizer, DetokenizerOptions } from './detokenizer.ts';
export { createTokenizer, type EncodeOptions, type Tokenizer, type TokenizerFiles } from './tokenizer.ts';
export { TokenizerError, type TokenizerErrorCode } from './tokenizer-error.ts';
