import {
  createLanguageModel,
  type Engine,
  type EnginePass,
  type KvStore,
  type LanguageModel,
} from '@beltline/backend';
import { createTokenizer, type Tokenizer } from '@beltline/tokenizer';

const END = '<|end|>';

/** One token per byte: every marker takes several tokens; `merged` are texts that are one token besides. */
export function createByteTokenizer(merged: readonly string[] = []): Tokenizer {
  const bytes = [...Array(256).keys()];
  const printable = (byte: number) => (byte > 32 && byte < 127) || (byte > 160 && byte !== 173);
  let extra = 256;
  const characters = bytes.map((byte) => String.fromCodePoint(printable(byte) ? byte : extra++));
  const vocab = Object.fromEntries([END, ...characters].map((token, id) => [token, id]));
  return createTokenizer({
    tokenizer: {
      version: '1.0',
      added_tokens: [
        { id: 0, content: END, special: true },
        ...merged.map((content, index) => ({ id: 257 + index, content, special: false })),
      ],
      normalizer: null,
      pre_tokenizer: { type: 'ByteLevel', add_prefix_space: false, use_regex: true },
      post_processor: null,
      decoder: { type: 'ByteLevel' },
      model: { type: 'BPE', vocab, merges: [] },
    },
    tokenizerConfig: { eos_token: END, chat_template: "{{ messages[0].content + '\\n' }}" },
  });
}

/** Characters in the manner of SentencePiece: a space is put before every text and taken off again. */
export function createPrefixingTokenizer(): Tokenizer {
  const ascii = Array.from({ length: 94 }, (_, index) => String.fromCharCode(33 + index));
  const vocab = Object.fromEntries([END, '▁', '\n', ...ascii].map((token, id) => [token, id]));
  return createTokenizer({
    tokenizer: {
      added_tokens: [{ id: 0, content: END, special: true }],
      normalizer: {
        type: 'Sequence',
        normalizers: [
          { type: 'Prepend', prepend: '▁' },
          { type: 'Replace', pattern: { String: ' ' }, content: '▁' },
        ],
      },
      decoder: {
        type: 'Sequence',
        decoders: [
          { type: 'Replace', pattern: { String: '▁' }, content: ' ' },
          { type: 'Fuse' },
          { type: 'Strip', content: ' ', start: 1, stop: 0 },
        ],
      },
      model: { type: 'BPE', vocab, merges: [] },
    },
    tokenizerConfig: { eos_token: END, chat_template: "{{ messages[0].content + '\\n' }}" },
  });
}

export interface ScriptedModelOptions {
  readonly tokenizer: Tokenizer;
  /** What the model wants to write after the text it sees; empty for the end token. */
  readonly respond: (visibleText: string) => string;
  readonly contextLength?: number;
  /** Called before each pass. */
  readonly onPass?: (pass: EnginePass) => void;
}

interface TokenStore extends KvStore {
  readonly tokens: number[];
}

/**
 * A language model that is a function of the text it sees: each row is told apart by the attention bias alone, so that
 * a wrong mask, a lost or a doubled token changes what it writes.
 */
export function createScriptedModel(options: ScriptedModelOptions): LanguageModel {
  const { tokenizer, respond, contextLength = 4096, onPass } = options;
  const { vocabularySize } = tokenizer;
  const engine: Engine<TokenStore> = {
    shape: { architecture: 'scripted', layers: 1, kvHeads: 1, headSize: 2, vocabularySize, contextLength },
    capabilities: { device: 'cpu', precision: 'fp32' },
    createStore: () => createTokenStore([]),
    copyStore: (store, length) => createTokenStore(store.tokens.slice(0, length)),
    async run(store, pass) {
      onPass?.(pass);
      const { tokens, pastLength, attentionBias, logitsRows } = pass;
      store.tokens.splice(pastLength, Infinity, ...tokens);
      const keys = pastLength + tokens.length;
      const logits = new Float32Array(logitsRows.length * vocabularySize);
      logitsRows.forEach((row, index) => {
        const visible = store.tokens.filter((_, slot) => attentionBias[row * keys + slot] === 0);
        const { text, started } = readCharacters(tokenizer, visible);
        const next = tokenizer.encode(respond(text), { place: 'middle' })[started] ?? tokenizer.endTokens[0]!;
        logits[index * vocabularySize + next] = 10;
      });
      return logits;
    },
    async dispose() {},
  };
  return createLanguageModel(engine);
}

function createTokenStore(tokens: number[]): TokenStore {
  return {
    tokens,
    keep(slots) {
      tokens.splice(0, tokens.length, ...Array.from(slots, (slot) => tokens[slot]!));
    },
    dispose() {},
  };
}

/** The complete characters, and how many tokens of the next one are there already. */
function readCharacters(tokenizer: Tokenizer, tokens: readonly number[]): { text: string; started: number } {
  const detokenizer = tokenizer.createDetokenizer();
  let text = '';
  let started = 0;
  for (const token of tokens) {
    const delta = detokenizer.push(token);
    text += delta;
    started = delta === '' ? started + 1 : 0;
  }
  return { text, started };
}

export interface Script {
  readonly preamble: string;
  readonly steps: readonly { readonly title: string; readonly body: string }[];
  readonly conclusion: string;
}

export function writeAnswer({ preamble, steps, conclusion }: Script): string {
  return `${preamble}${steps.map(({ title, body }) => `####${title}:${body}`).join('')}####%%%%${conclusion}`;
}

/** A model that knows one answer: in full, as an outline, and each of its branches. */
export function respondWith(prompt: string, script: Script): (visibleText: string) => string {
  const { preamble, steps, conclusion } = script;
  const texts = [
    writeAnswer(script),
    `${preamble}${steps.map(({ title }) => `####${title}:......\n\n`).join('')}####%%%%`,
    ...steps.map(({ title, body }) => `${preamble}####${title}:${body}####`),
  ];
  return (visibleText) => {
    if (!visibleText.startsWith(prompt)) throw new Error(`the prompt is out of sight: ${visibleText}`);
    const written = visibleText.slice(prompt.length);
    const text = texts.find(
      (candidate) => candidate.startsWith(written) && candidate.length > written.length,
    );
    if (text !== undefined) return text.slice(written.length);
    // After a reuse join the branches are seen interleaved; what counts is that the block is closed.
    const after = written.split('####%%%%')[1] ?? conclusion;
    return conclusion.startsWith(after) ? conclusion.slice(after.length) : '';
  };
}
