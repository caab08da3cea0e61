import { GgufError } from '../gguf-error.ts';
import type { Vocabulary } from './vocabulary.ts';

const contractions = "(?i:'s|'t|'re|'ve|'m|'ll|'d)";
const afterDigits = ' ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+';

/** How a text is cut before merging: parts of tokenizer.json. */
interface PreTokenizing {
  readonly preTokenizer: object;
  readonly normalizer?: object;
  /** A piece that is a token needs no merging. */
  readonly ignoresMerges?: true;
}

const gpt2: PreTokenizing = { preTokenizer: byteLevel({ use_regex: true }) };
const singleDigits: PreTokenizing = {
  preTokenizer: sequence({ type: 'Digits', individual_digits: true }, byteLevel({ use_regex: true })),
};
const llama3: PreTokenizing = {
  preTokenizer: splitBy(`${contractions}|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}{1,3}|${afterDigits}`),
  ignoresMerges: true,
};
const qwen2: PreTokenizing = {
  preTokenizer: splitBy(`${contractions}|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}|${afterDigits}`),
  normalizer: { type: 'NFC' },
};

/** Values of tokenizer.ggml.pre and what the checkpoints that they stand for do; llama.cpp's `llama-vocab.cpp` lists them. */
const preTokenizers = new Map<string, PreTokenizing>([
  ['gpt-2', gpt2],
  ['smollm', singleDigits],
  ['starcoder', singleDigits],
  ['refact', singleDigits],
  ['command-r', singleDigits],
  ['codeshell', singleDigits],
  ['llama3', llama3],
  ['llama-v3', llama3],
  ['llama-bpe', llama3],
  ['falcon3', llama3],
  ['qwen2', qwen2],
  ['deepseek-r1-qwen', qwen2],
]);

/** tokenizer.json of a byte-level BPE, whose merges are in the file. */
export function byteLevelTokenizer({ fields, ids, added }: Vocabulary): Record<string, unknown> {
  const name = fields.string('pre', 'default');
  const kind = preTokenizers.get(name);
  if (kind === undefined) {
    throw new GgufError(
      'UNSUPPORTED_TOKENIZER',
      `tokenizer.ggml.pre is ${JSON.stringify(name)}; supported: ${[...preTokenizers.keys()].join(', ')}. ` +
        'Get a newer conversion of the model, or its Hugging Face checkpoint.',
      { subject: 'tokenizer.ggml.pre' },
    );
  }
  return {
    added_tokens: added,
    normalizer: kind.normalizer ?? null,
    pre_tokenizer: kind.preTokenizer,
    decoder: byteLevel({}),
    model: {
      type: 'BPE',
      vocab: ids,
      merges: fields.strings('merges'),
      ignore_merges: kind.ignoresMerges ?? false,
    },
  };
}

function byteLevel(settings: object): object {
  return { type: 'ByteLevel', add_prefix_space: false, trim_offsets: true, use_regex: false, ...settings };
}

function sequence(...pretokenizers: object[]): object {
  return { type: 'Sequence', pretokenizers };
}

function splitBy(regex: string): object {
  const split = { type: 'Split', pattern: { Regex: regex }, behavior: 'Isolated', invert: false };
  return sequence(split, byteLevel({}));
}
