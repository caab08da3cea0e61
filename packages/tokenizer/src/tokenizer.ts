import { Tokenizer as LibraryTokenizer } from '@huggingface/tokenizers';
import {
  type ChatMessage,
  type ChatTemplateOptions,
  createTemplateRenderer,
  findTemplate,
} from './chat-template.ts';
import { isRecord } from './component.ts';
import { withoutPrefix } from './continuation.ts';
import { createDetokenizer, type Detokenizer, type DetokenizerOptions } from './detokenizer.ts';
import { createTemplateTokens } from './template-tokens.ts';
import { createTokenDecoder } from './token-decoder.ts';
import { TokenizerError } from './tokenizer-error.ts';
import {
  type AddedToken,
  isTokenId,
  parseTokenizerJson,
  type TokenizerJson,
  tokensById,
} from './tokenizer-json.ts';

/** The files a tokenizer is made of, parsed; all but the first may be missing. */
export interface TokenizerFiles {
  /** tokenizer.json. */
  readonly tokenizer: unknown;
  /** tokenizer_config.json: end token, chat template. */
  readonly tokenizerConfig?: unknown;
  /** generation_config.json: end tokens. */
  readonly generationConfig?: unknown;
  /** config.json: end tokens. */
  readonly modelConfig?: unknown;
  /** The text of chat_template.jinja; it wins over the template in tokenizer_config.json. */
  readonly chatTemplate?: string | undefined;
}

export interface EncodeOptions {
  /**
   * `parse` (the default) maps special tokens spelled out in the text, as chat templates need; `text`
   * treats them as ordinary characters, for text of unknown origin. Other added tokens match in both.
   */
  readonly special?: 'parse' | 'text';
  /**
   * `start` (the default) encodes a text of its own; `middle` one that goes on from other text, which
   * matters for tokenizers that put a space before every text.
   */
  readonly place?: 'start' | 'middle';
}

/** Text to token ids and back. */
export interface Tokenizer {
  /** One more than the largest id. */
  readonly vocabularySize: number;
  /** Ids that end an answer, ascending: those of all configuration files together. */
  readonly endTokens: readonly number[];
  /** Token ids of a text; nothing is added at its ends. */
  encode(text: string, options?: EncodeOptions): number[];
  /** Text of token ids, without special tokens; ids outside the vocabulary add nothing. */
  decode(ids: readonly number[]): string;
  /** Whether `decode` leaves the token out. */
  isSpecial(id: number): boolean;
  /**
   * UTF-8 bytes, `[byte]`, that a token adds in the middle of a text; none for special and unknown ids. A token may
   * begin or end inside a character.
   */
  bytesOf(id: number): Uint8Array;
  /**
   * Token ids of a conversation in the model's chat format.
   *
   * Special tokens come from the template alone: those that are spelled out in contents are plain characters there,
   * so that nobody can end their turn and go on as somebody else.
   *
   * @throws TokenizerError as `applyChatTemplate`.
   */
  encodeChat(messages: readonly ChatMessage[], options: ChatTemplateOptions): number[];
  /**
   * The text of a conversation in the model's chat format, to be shown; `encodeChat` gives its tokens.
   *
   * Without a template: the tokens that the tokenizer puts before every text, and then the contents with
   * blank lines between them.
   *
   * @throws TokenizerError `INVALID_TEMPLATE` if it is no valid Jinja, or a list without one named `default`;
   * `TEMPLATE_FAILED` if it refuses the messages.
   */
  applyChatTemplate(messages: readonly ChatMessage[], options: ChatTemplateOptions): string;
  /** Starts decoding a stream of ids. */
  createDetokenizer(options?: DetokenizerOptions): Detokenizer;
}

/**
 * Makes a tokenizer from the files of a Hugging Face model.
 *
 * @throws TokenizerError `INVALID_TOKENIZER` if tokenizer.json is malformed, `UNSUPPORTED_TOKENIZER` if its
 * model is not BPE or a part of it cannot be done faithfully.
 * @example
 * const tokenizer = createTokenizer({ tokenizer: JSON.parse(await readFile('tokenizer.json', 'utf8')) });
 * tokenizer.decode(tokenizer.encode('Hello')); // 'Hello'
 */
export function createTokenizer(files: TokenizerFiles): Tokenizer {
  const json = parseTokenizerJson(files.tokenizer);
  const tokens = tokensById(json);
  const special = new Set(json.added_tokens.filter((token) => token.special).map(({ id }) => id));
  const decoder = createTokenDecoder(json.decoder);
  const library = createLibraryTokenizer(json);
  const variants = new Map<string, LibraryTokenizer>([['parse start', library]]);
  const textOf = (id: number) => (special.has(id) ? undefined : tokens[id]);
  const templateTokens = createTemplateTokens(json.added_tokens);
  let renderer: Tokenizer['applyChatTemplate'] | undefined;
  let chatLibrary: LibraryTokenizer | undefined;

  /** Finds the template on the first use, so that a broken one hinders only those who ask for it. */
  function render(messages: readonly ChatMessage[], options: ChatTemplateOptions): string {
    renderer ??= createChatRenderer(files, library);
    return renderer(messages, options);
  }

  return {
    vocabularySize: tokens.length,
    endTokens: endTokens(files, tokens),
    isSpecial: (id) => special.has(id),
    bytesOf(id) {
      const token = textOf(id);
      return token === undefined ? new Uint8Array(0) : decoder.bytes(token, false);
    },
    encode(text, { special = 'parse', place = 'start' } = {}) {
      const key = `${special} ${place}`;
      const variant = variants.get(key) ?? createVariant(json, library, { special, place });
      variants.set(key, variant);
      return variant.encode(text, { add_special_tokens: false }).ids;
    },
    decode(ids) {
      const detokenizer = createDetokenizer(decoder, textOf);
      return ids.map((id) => detokenizer.push(id)).join('') + detokenizer.flush();
    },
    encodeChat(messages, options) {
      const hidden = messages.map((message) => ({
        ...message,
        content: templateTokens.hide(message.content),
      }));
      chatLibrary ??= withAddedTokens(json, templateTokens.addedTokens, library);
      const text = templateTokens.reveal(render(hidden, options));
      return chatLibrary.encode(text, { add_special_tokens: false }).ids;
    },
    applyChatTemplate: render,
    createDetokenizer: (options) => createDetokenizer(decoder, textOf, options),
  };
}

function createLibraryTokenizer(json: TokenizerJson): LibraryTokenizer {
  try {
    return new LibraryTokenizer(json, {});
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new TokenizerError('INVALID_TOKENIZER', `tokenizer.json could not be loaded: ${reason}`, { cause });
  }
}

/** The same tokenizer for other options of `encode`. */
function createVariant(
  json: TokenizerJson,
  library: LibraryTokenizer,
  { special, place }: Required<EncodeOptions>,
): LibraryTokenizer {
  const parts = place === 'middle' ? withoutPrefix(json) : json;
  const addedTokens = json.added_tokens.filter((token) => special === 'parse' || !token.special);
  return withAddedTokens(parts, addedTokens, library);
}

/** A tokenizer that knows other added tokens than `library`, with which it shares the model. */
function withAddedTokens(
  json: TokenizerJson,
  addedTokens: readonly AddedToken[],
  library: LibraryTokenizer,
): LibraryTokenizer {
  const model = { ...json.model, vocab: {}, merges: [] };
  const tokenizer = createLibraryTokenizer({ ...json, added_tokens: addedTokens, model });
  tokenizer.model = library.model;
  return tokenizer;
}

function createChatRenderer(
  files: TokenizerFiles,
  library: LibraryTokenizer,
): Tokenizer['applyChatTemplate'] {
  const source = findTemplate(files.chatTemplate, files.tokenizerConfig);
  if (source === undefined) {
    const prefix = startTokens(library).join('');
    return (messages) => prefix + messages.map(({ content }) => content).join('\n\n');
  }
  const renderTemplate = createTemplateRenderer(source);
  const names = ['bos_token', 'eos_token', 'pad_token', 'unk_token'];
  const named = names.map((name) => [name, tokenText(files.tokenizerConfig, name)]);
  const specialTokens = Object.fromEntries(named.filter(([, text]) => text !== undefined));
  return (messages, { addGenerationPrompt, variables }) =>
    renderTemplate({
      ...specialTokens,
      // Templates test these against none, as the reference always passes them.
      tools: null,
      documents: null,
      ...variables,
      messages,
      add_generation_prompt: addGenerationPrompt,
    });
}

/** Texts of the tokens that the post-processor puts before every text, such as a beginning-of-text token. */
function startTokens(library: LibraryTokenizer): string[] {
  const marker = 'text';
  const { tokens } = library.post_processor?.([marker], null, true) ?? { tokens: [marker] };
  return tokens.slice(0, tokens.indexOf(marker));
}

function endTokens(files: TokenizerFiles, tokens: readonly (string | undefined)[]): number[] {
  const ids = [files.generationConfig, files.modelConfig]
    .filter(isRecord)
    .flatMap(({ eos_token_id }) => eos_token_id);
  const text = tokenText(files.tokenizerConfig, 'eos_token');
  if (text !== undefined) ids.push(tokens.indexOf(text));
  return [...new Set(ids.filter(isTokenId))].sort((a, b) => a - b);
}

/** A token named in tokenizer_config.json, written as a string or as an object with its content. */
function tokenText(tokenizerConfig: unknown, name: string): string | undefined {
  const token = isRecord(tokenizerConfig) ? tokenizerConfig[name] : undefined;
  const text = isRecord(token) ? token.content : token;
  return typeof text === 'string' ? text : undefined;
}
