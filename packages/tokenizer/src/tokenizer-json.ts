import { type Component, isRecord, toComponent } from './component.ts';
import { toPortablePreTokenizer } from './portable-pre-tokenizer.ts';
import { invalid, unsupported } from './tokenizer-error.ts';

export interface AddedToken {
  readonly id: number;
  readonly content: string;
  readonly special?: boolean;
  readonly single_word?: boolean;
  readonly normalized?: boolean;
}

export interface BpeModel {
  readonly type: 'BPE';
  readonly vocab: Readonly<Record<string, number>>;
  readonly merges: readonly unknown[];
}

/** The parts of a tokenizer.json that were checked, with absent parts filled in. */
export interface TokenizerJson {
  readonly added_tokens: readonly AddedToken[];
  readonly normalizer: Component | null;
  readonly pre_tokenizer: Component | null;
  readonly post_processor: Component | null;
  readonly decoder: Component | null;
  readonly model: BpeModel;
}

/** Checks what JSON.parse gave for a tokenizer.json and makes it one that the JavaScript library gets right. */
export function parseTokenizerJson(value: unknown): TokenizerJson {
  if (!isRecord(value)) throw invalid('tokenizer.json must be an object', value);
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

export function isTokenId(value: unknown): value is number {
  return Number.isInteger(value) && (value as number) >= 0;
}

function component(json: Record<string, unknown>, name: string): Component | null {
  const value = json[name] ?? null;
  return value === null ? null : toComponent(value, `"${name}"`);
}

function model(value: unknown): BpeModel {
  if (!isRecord(value)) throw invalid('"model" of tokenizer.json must be an object', value);
  // Old files leave the type out; only BPE has merges.
  const type = value.type ?? (Array.isArray(value.merges) ? 'BPE' : undefined);
  if (type !== 'BPE') throw unsupported(`tokenizer model type ${JSON.stringify(type)} is not supported`);
  for (const setting of ['continuing_subword_prefix', 'end_of_word_suffix', 'dropout']) {
    if (value[setting]) throw unsupported(`BPE models with "${setting}" are not supported`);
  }
  const { vocab, merges } = value;
  if (!isRecord(vocab)) throw invalid('"model.vocab" of tokenizer.json must be an object', vocab);
  if (!Array.isArray(merges)) throw invalid('"model.merges" of tokenizer.json must be an array', merges);
  for (const [token, id] of Object.entries(vocab)) {
    if (!isTokenId(id)) throw invalid(`the id of ${JSON.stringify(token)} must be an integer >= 0`, id);
  }
  return { ...value, type, vocab: vocab as Record<string, number>, merges };
}

function addedTokens(value: unknown): AddedToken[] {
  if (!Array.isArray(value)) throw invalid('"added_tokens" of tokenizer.json must be an array', value);
  for (const token of value) {
    if (
      !isRecord(token) ||
      !isTokenId(token.id) ||
      typeof token.content !== 'string' ||
      token.content === ''
    ) {
      throw invalid('an added token must have an "id" and a non-empty "content"', token);
    }
    if (token.single_word) throw unsupported(`the added token "${token.content}" matches whole words only`);
  }
  return value;
}
