import { createTokenizer, TokenizerError } from '@beltline/tokenizer';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { fixtureTokenizer, readJson } from './fixtures.ts';

const golden = readJson('fixtures/golden/llama/tokenizer.json') as { model: object };

describe('the vocabulary', () => {
  test('is as large as its largest id asks for', () => {
    expect(fixtureTokenizer('tiny').vocabularySize).toBe(2048);
    const added_tokens = [{ id: 9, content: '<end>', special: true }];
    const model = { type: 'BPE', vocab: { a: 0, b: 4 }, merges: [] };
    expect(createTokenizer({ tokenizer: { model, added_tokens } }).vocabularySize).toBe(10);
  });

  test('knows its special tokens', () => {
    const tokenizer = fixtureTokenizer('tiny');
    const special = Array.from({ length: 2048 }, (_, id) => id).filter((id) => tokenizer.isSpecial(id));
    expect(special).toEqual([0, 1, 2]);
  });
});

describe('end tokens', () => {
  test('are those of all files together', () => {
    const tokenizer = createTokenizer({
      tokenizer: golden,
      generationConfig: { eos_token_id: [7, 2] },
      modelConfig: { eos_token_id: 5 },
      tokenizerConfig: { eos_token: { content: '<|endoftext|>' } },
    });
    expect(tokenizer.endTokens).toEqual([0, 2, 5, 7]);
  });

  test('are left out where a file has none', () => {
    const tokenizerConfig = { eos_token: 'no such token' };
    const modelConfig = { eos_token_id: null };
    expect(createTokenizer({ tokenizer: golden, modelConfig, tokenizerConfig }).endTokens).toEqual([]);
    expect(fixtureTokenizer('tiny').endTokens).toEqual([2]);
  });
});

describe('encoding', () => {
  const tokenizer = fixtureTokenizer('tiny');

  test('maps markers and special tokens to their own ids', () => {
    expect(tokenizer.encode('<|im_start|>####%%%%......:\n\n<|im_end|>')).toEqual([1, 3, 4, 5, 6, 7, 2]);
  });

  test('gives no tokens for an empty text', () => {
    expect(tokenizer.encode('')).toEqual([]);
    expect(tokenizer.decode([])).toBe('');
  });

  test('of plain text never gives a special token, and keeps the text', () => {
    const parts = fc.constantFrom(
      '<|im_start|>',
      '<|im_end|>',
      '<|endoftext|>',
      '<|',
      'im_end',
      '|>',
      'a',
      ' ',
      '####',
      '中',
    );
    fc.assert(
      fc.property(fc.array(parts, { maxLength: 12 }), (item) => {
        const text = item.join('');
        const ids = tokenizer.encode(text, { special: 'text' });
        expect(ids.some(tokenizer.isSpecial)).toBe(false);
        expect(tokenizer.decode(ids)).toBe(text);
      }),
      { seed: 7, numRuns: 200 },
    );
  });

  test('of plain text still knows the markers', () => {
    expect(tokenizer.encode('####', { special: 'text' })).toEqual([3]);
  });
});

describe('a tokenizer.json is refused', () => {
  const bpe = { type: 'BPE', vocab: { a: 0 }, merges: [] };
  const split = (settings: object) => ({
    type: 'Split',
    pattern: { String: ' ' },
    behavior: 'Isolated',
    ...settings,
  });
  const cases: [string, string, unknown, RegExp][] = [
    ['that is no object', 'INVALID_TOKENIZER', [], /object, but found an array/],
    ['without a model', 'INVALID_TOKENIZER', {}, /"model".*undefined/],
    ['without merges', 'INVALID_TOKENIZER', { model: { type: 'BPE', vocab: {} } }, /merges/],
    [
      'with ids that are no ids',
      'INVALID_TOKENIZER',
      { model: { ...bpe, vocab: { a: '0' } } },
      /"a".*string/,
    ],
    [
      'with merges that are no merges',
      'INVALID_TOKENIZER',
      { model: { ...bpe, merges: [1] } },
      /could not be loaded/,
    ],
    ['with a broken added token', 'INVALID_TOKENIZER', { model: bpe, added_tokens: [{ id: 1 }] }, /content/],
    ['with a decoder of no type', 'INVALID_TOKENIZER', { model: bpe, decoder: {} }, /"decoder"/],
    [
      'with an empty sequence',
      'INVALID_TOKENIZER',
      { model: bpe, decoder: { type: 'Sequence' } },
      /"decoders"/,
    ],
    [
      'with no pattern',
      'INVALID_TOKENIZER',
      { model: bpe, pre_tokenizer: split({ pattern: 1 }) },
      /pattern of Split/,
    ],
    [
      'with a broken regex',
      'INVALID_TOKENIZER',
      { model: bpe, pre_tokenizer: split({ pattern: { Regex: '(' } }) },
      /loaded/,
    ],
    [
      'of another model type',
      'UNSUPPORTED_TOKENIZER',
      { model: { type: 'Unigram', vocab: [] } },
      /"Unigram"/,
    ],
    [
      'with word suffixes',
      'UNSUPPORTED_TOKENIZER',
      { model: { ...bpe, end_of_word_suffix: '</w>' } },
      /end_of_word/,
    ],
    [
      'with a decoder for other models',
      'UNSUPPORTED_TOKENIZER',
      { model: bpe, decoder: { type: 'CTC' } },
      /"CTC"/,
    ],
    [
      'with an unknown Split',
      'UNSUPPORTED_TOKENIZER',
      { model: bpe, pre_tokenizer: split({ behavior: 'Other' }) },
      /"Other"/,
    ],
    [
      'with an unknown pre-tokenizer',
      'INVALID_TOKENIZER',
      { model: bpe, pre_tokenizer: { type: 'Other' } },
      /Other/,
    ],
    [
      'with whole-word tokens',
      'UNSUPPORTED_TOKENIZER',
      { model: bpe, added_tokens: [{ id: 1, content: 'x', single_word: true }] },
      /whole words/,
    ],
  ];

  test.each(cases)('%s: %s', (_, code, tokenizer, message) => {
    const create = () => createTokenizer({ tokenizer });
    expect(create).toThrow(TokenizerError);
    expect(create).toThrow(expect.objectContaining({ code, message: expect.stringMatching(message) }));
  });
});

describe('a text that goes on from other text', () => {
  const vocab = Object.fromEntries(['▁', '#', 'a', '▁a', '<s>', 'Ġ'].map((token, id) => [token, id]));
  const model = { type: 'BPE', vocab, merges: [['▁', 'a']] };
  const replace = { type: 'Replace', pattern: { String: ' ' }, content: '▁' };
  const added_tokens = [{ id: 4, content: '<s>', special: true }];
  const prefixing: [string, object][] = [
    [
      'Prepend',
      { normalizer: { type: 'Sequence', normalizers: [{ type: 'Prepend', prepend: '▁' }, replace] } },
    ],
    ['Metaspace', { pre_tokenizer: { type: 'Metaspace', replacement: '▁', prepend_scheme: 'always' } }],
    [
      'Metaspace in a Sequence',
      {
        pre_tokenizer: {
          type: 'Sequence',
          pretokenizers: [{ type: 'Metaspace', replacement: '▁', prepend_scheme: 'always' }],
        },
      },
    ],
    ['ByteLevel', { pre_tokenizer: { type: 'ByteLevel', add_prefix_space: true } }],
  ];

  test.each(prefixing)('gets no space before it: %s', (name, parts) => {
    const tokenizer = createTokenizer({ tokenizer: { model, added_tokens, ...parts } });
    const space = name === 'ByteLevel' ? 5 : 0;
    expect(tokenizer.encode('##')).toEqual([space, 1, 1]);
    expect(tokenizer.encode('##', { place: 'middle' })).toEqual([1, 1]);
    expect(tokenizer.encode('a<s>', { place: 'middle' })).toEqual([2, 4]);
  });

  test('is encoded as always where nothing is put before a text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => {
        for (const special of ['parse', 'text'] as const) {
          const tokenizer = fixtureTokenizer('tiny');
          expect(tokenizer.encode(text, { special, place: 'middle' })).toEqual(
            tokenizer.encode(text, { special }),
          );
        }
      }),
      { seed: 3, numRuns: 50 },
    );
  });
});
