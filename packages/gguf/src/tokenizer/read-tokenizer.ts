import { GgufError } from '../gguf-error.ts';
import { MetadataFields } from '../metadata-fields.ts';
import type { GgufFile } from '../open-gguf.ts';
import { byteLevelTokenizer } from './byte-level.ts';
import { sentencePieceTokenizer } from './sentence-piece.ts';
import { readVocabulary, type Vocabulary } from './vocabulary.ts';

/** What the files beside a Hugging Face checkpoint say of its tokenizer; `createTokenizer` of `@beltline/tokenizer` takes it. */
export interface GgufTokenizer {
  /** tokenizer.json. */
  readonly tokenizer: Readonly<Record<string, unknown>>;
  /** tokenizer_config.json: the texts of the special tokens. */
  readonly tokenizerConfig: Readonly<Record<string, unknown>>;
  /** generation_config.json: the tokens that end an answer. */
  readonly generationConfig: { readonly eos_token_id: readonly number[] };
  /** Undefined where the file has none. */
  readonly chatTemplate: string | undefined;
}

/**
 * Makes tokenizer files of a GGUF file's metadata: byte-level BPE (`gpt2`) and SentencePiece BPE (`llama`).
 *
 * @throws {GgufError} `UNSUPPORTED_TOKENIZER` for other kinds, `INVALID_METADATA` for missing or malformed keys.
 */
export function readGgufTokenizer(file: GgufFile): GgufTokenizer {
  const vocabulary = readVocabulary(file);
  const kind = vocabulary.fields.string('model');
  const named = { bos_token: 'bos', eos_token: 'eos', unk_token: 'unknown', pad_token: 'padding' };
  const texts = Object.entries(named).map(([name, role]) => [name, vocabulary.named(role)?.text] as const);
  return {
    tokenizer: { ...tokenizerOf(kind, vocabulary), post_processor: postProcessor(kind, vocabulary) },
    tokenizerConfig: Object.fromEntries(texts.filter(([, text]) => text !== undefined)),
    generationConfig: { eos_token_id: endTokens(vocabulary) },
    chatTemplate: new MetadataFields(file.metadata).string('tokenizer.chat_template', '') || undefined,
  };
}

function tokenizerOf(kind: string, vocabulary: Vocabulary): Record<string, unknown> {
  switch (kind) {
    case 'gpt2':
      return byteLevelTokenizer(vocabulary);
    case 'llama':
      return sentencePieceTokenizer(vocabulary);
    default:
      throw new GgufError(
        'UNSUPPORTED_TOKENIZER',
        `tokenizer.ggml.model is ${JSON.stringify(kind)}; supported: gpt2, llama.`,
        { subject: 'tokenizer.ggml.model' },
      );
  }
}

/** Puts the first token before every text, where the model wants one; llama.cpp's defaults where the file is silent. */
function postProcessor(kind: string, { fields, named }: Vocabulary): object | null {
  const defaults = kind === 'llama' || /^llama|^falcon3/.test(fields.string('pre', ''));
  const first = named('bos');
  if (first === undefined || !fields.boolean('add_bos_token', defaults)) return null;
  const token = { SpecialToken: { id: first.text, type_id: 0 } };
  const text = { Sequence: { id: 'A', type_id: 0 } };
  return {
    type: 'TemplateProcessing',
    single: [token, text],
    pair: [token, text, { Sequence: { id: 'B', type_id: 1 } }],
    special_tokens: { [first.text]: { id: first.text, ids: [first.id], tokens: [first.text] } },
  };
}

/** Control tokens that end a turn in the chat formats of these families; files often name only one of several. */
const turnEnds = new Set([
  '<|eot_id|>',
  '<|im_end|>',
  '<|end|>',
  '<end_of_turn>',
  '<|endoftext|>',
  '<|end_of_text|>',
]);

function endTokens({ named, added }: Vocabulary): number[] {
  const ids = ['eos', 'eot', 'eom'].map((role) => named(role)?.id).filter((id) => id !== undefined);
  const ends = added.filter(({ content, special }) => special && turnEnds.has(content));
  return [...new Set([...ids, ...ends.map(({ id }) => id)])].sort((a, b) => a - b);
}
