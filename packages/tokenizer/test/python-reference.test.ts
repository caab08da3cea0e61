import { createTokenizer } from '@beltline/tokenizer';
import { describe, expect, test } from 'vitest';
import { readJson } from './fixtures.ts';

/** Written by fixtures/python_reference.py with the Python tokenizers library. */
const reference = readJson('packages/tokenizer/test/fixtures/python_reference.json') as {
  texts: string[];
  byteLevel: object;
  encodings: { name: string; pre_tokenizer: unknown; parsed: number[][]; plain: number[][] }[];
  sentencePiece: object;
  decodings: { name: string; decoder: unknown; ids: number[][]; texts: string[] }[];
};

describe.each(reference.encodings)('with the pre-tokenizer "$name"', ({ pre_tokenizer, parsed, plain }) => {
  const tokenizer = createTokenizer({ tokenizer: { ...reference.byteLevel, pre_tokenizer } });

  test('texts become the tokens that the Python library gives', () => {
    expect(reference.texts.map((text) => tokenizer.encode(text))).toEqual(parsed);
  });

  test('special tokens in plain text are spelled out as in the Python library', () => {
    expect(reference.texts.map((text) => tokenizer.encode(text, { special: 'text' }))).toEqual(plain);
  });
});

describe.each(reference.decodings)('with the decoder "$name"', ({ decoder, ids, texts }) => {
  const tokenizer = createTokenizer({ tokenizer: { ...reference.sentencePiece, decoder } });

  test('tokens become the text that the Python library gives', () => {
    expect(ids.map((item) => tokenizer.decode(item))).toEqual(texts);
  });

  test('SentencePiece texts become the tokens that the Python library gives', () => {
    const encoded = ids.slice(0, reference.texts.length);
    expect(reference.texts.map((text) => tokenizer.encode(text))).toEqual(encoded);
  });
});
