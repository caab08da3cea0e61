import { toPortablePreTokenizer } from './portable-pre-tokenizer.ts';
import { invalid, unsupported } from './tokenizer-error.ts';

/** A normalizer, pre-tokenizer, post-processor or decoder: a type and its own settings. */
export interface Component {
  readonly type: string;
  readonly [setting: string]: unknown;
}

export interface AddedToken {
  readonly id: number;
  readonly content: string;
  readonly special?: boolean;
  readonly single_word?: boolean;
}

/** The parts of a tokenizer.json that were checked, with absent parts filled in. */
export interface TokenizerJson {
  readonly added_tokens: readonly AddedToken[];
  readonly normalizer: Component | null;
  readonly pre_tokenizer: Component | null;
  readonly post_processor: Component | null;
  readonly decoder: Component | null;
  readonly model: { readonly type: 'BPE'; readonly vocab: Readonly<Record<string, number>> };
}

const HINT = 'pass the parsed content of a tokenizer.json of the Hugging Face tokenizers library';

/** Checks what JSON.parse gave for a tokenizer.json and makes it one that the JavaScript library gets right. */
export function parseTokenizerJson(value: unknown): TokenizerJson {
  if (!isRecord(value)) throw invalid('tokenizer.json must be an object', value, HINT);
  const preTokenizer = component(value, 'pre_tokenizer');
  return {
    ...value,
    added_tokens: addedTokens(value.added_tokens ?? []),
    normalizer: component(value, 'normalizer'),
    pre_tokenizer: preTokenizer && toPortablePreTokenizer(preTokenizer),
    post_processor: component(value, 'post_processor'),
    decoder: component(value, 'decoder'),
    model: model(value.model),
  };
}

/** Token texts by id; ids that no token has are holes. */
export function tokensById(json: TokenizerJson): (string | undefined)[] {
  const tokens: (string | undefined)[] = [];
  for (const [token, id] of Object.entries(json.model.vocab)) tokens[id] = token;
  for (const { id, content } of json.added_tokens) tokens[id] = content;
  return tokens;
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function isTokenId(value: unknown): value is number {
  return Number.isInteger(value) && (value as number) >= 0;
}

function component(json: Record<string, unknown>, name: string): Component | null {
  const value = json[name] ?? null;
  if (value === null) return null;
  if (!isRecord(value) || typeof value.type !== 'string') {
    throw invalid(`"${name}" of tokenizer.json must be null or an object with a "type"`, value, HINT);
  }
  return value as Component;
}

function model(value: unknown): TokenizerJson['model'] {
  if (!isRecord(value)) throw invalid('"model" of tokenizer.json must be an object', value, HINT);
  // Old files leave the type out; only BPE has merges.
  const type = value.type ?? (Array.isArray(value.merges) ? 'BPE' : undefined);
  if (type !== 'BPE') throw unsupported(`tokenizer model type ${JSON.stringify(type)} is not supported`);
  for (const setting of ['continuing_subword_prefix', 'end_of_word_suffix', 'dropout']) {
    if (value[setting]) throw unsupported(`BPE models with "${setting}" are not supported`);
  }
  const { vocab, merges } = value;
  if (!isRecord(vocab)) throw invalid('"model.vocab" of tokenizer.json must be an object', vocab, HINT);
  if (!Array.isArray(merges))
    throw invalid('"model.merges" of tokenizer.json must be an array', merges, HINT);
  for (const [token, id] of Object.entries(vocab)) {
    if (!isTokenId(id)) throw invalid(`the id of ${JSON.stringify(token)} must be an integer >= 0`, id, HINT);
  }
  return { ...value, type, vocab: vocab as Record<string, number> };
}

function addedTokens(value: unknown): AddedToken[] {
  if (!Array.isArray(value)) throw invalid('"added_tokens" of tokenizer.json must be an array', value, HINT);
  for (const token of value) {
    if (
      !isRecord(token) ||
      !isTokenId(token.id) ||
      typeof token.content !== 'string' ||
      token.content === ''
    ) {
      throw invalid('an added token must have an "id" and a non-empty "content"', token, HINT);
    }
    if (token.single_word) throw unsupported(`the added token "${token.content}" matches whole words only`);
  }
  return value;
}
