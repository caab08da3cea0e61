import { createTokenizer, type Tokenizer } from '@beltline/tokenizer';
import { Tokenizer as LibraryTokenizer } from '@huggingface/tokenizers';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { FIXTURE_FOLDERS, fixtureTokenizer, readJson } from './fixtures.ts';

const SEED = { seed: 42, numRuns: 300 };

function stream(tokenizer: Tokenizer, ids: readonly number[]): string[] {
  const detokenizer = tokenizer.createDetokenizer();
  return [...ids.map((id) => detokenizer.push(id)), detokenizer.flush()];
}

/** Texts of emoji, CJK, accents and ASCII, most of whose characters span several tokens. */
const text = fc
  .array(fc.constantFrom(...'aé中文字😀👩‍🔬🇩🇪\u0301한국 \n\ufeff\u0000#:'), { maxLength: 30 })
  .map((parts) => parts.join(''));

describe.each(Object.keys(FIXTURE_FOLDERS) as (keyof typeof FIXTURE_FOLDERS)[])(
  'the %s tokenizer',
  (name) => {
    const tokenizer = fixtureTokenizer(name);
    const library = new LibraryTokenizer(readJson(`${FIXTURE_FOLDERS[name]}tokenizer.json`) as object, {});
    // Ids of single bytes come first in these vocabularies: half of the ids make broken UTF-8 likely.
    const ids = fc.array(fc.oneof(fc.integer({ min: 0, max: 263 }), fc.nat(tokenizer.vocabularySize - 1)), {
      minLength: 1,
      maxLength: 60,
    });

    test('streams any ids to the text that the library decodes at once', () => {
      fc.assert(
        fc.property(ids, (item) => {
          const expected = library.decode(item, {
            skip_special_tokens: true,
            clean_up_tokenization_spaces: false,
          });
          expect(stream(tokenizer, item).join('')).toBe(expected);
          expect(tokenizer.decode(item)).toBe(expected);
        }),
        SEED,
      );
    });

    test('gives the bytes of each token, which together are the text', () => {
      fc.assert(
        fc.property(text, (item) => {
          const bytes = tokenizer.encode(item).flatMap((id) => [...tokenizer.bytesOf(id)]);
          expect(new TextDecoder('utf-8', { ignoreBOM: true }).decode(Uint8Array.from(bytes))).toBe(item);
        }),
        SEED,
      );
    });

    test('streams whole characters only and gives every text back', () => {
      fc.assert(
        fc.property(text, (item) => {
          const pieces = stream(tokenizer, tokenizer.encode(item));
          expect(pieces.join('')).toBe(item);
          for (const piece of pieces) expect(piece).not.toContain('\ufffd');
        }),
        SEED,
      );
    });
  },
);

test('a character is withheld until its last byte has come', () => {
  const tokenizer = fixtureTokenizer('tiny');
  const ids = tokenizer.encode('😀');
  expect(ids).toHaveLength(4);
  expect(stream(tokenizer, ids)).toEqual(['', '', '', '😀', '']);
});

test('an unfinished character becomes U+FFFD on flush, and the next text starts afresh', () => {
  const tokenizer = fixtureTokenizer('tiny');
  const detokenizer = tokenizer.createDetokenizer();
  const [first, second] = tokenizer.encode('😀') as [number, number];
  expect(detokenizer.push(first) + detokenizer.push(second)).toBe('');
  expect(detokenizer.flush()).toBe('\ufffd');
  expect(
    tokenizer
      .encode('ok')
      .map((id) => detokenizer.push(id))
      .join(''),
  ).toBe('ok');
  expect(detokenizer.flush()).toBe('');
});

test('special tokens are left out and other added tokens kept', () => {
  const tokenizer = fixtureTokenizer('tiny');
  const ids = tokenizer.encode('####A:<|im_end|>\n\n####%%%%');
  expect(stream(tokenizer, ids).join('')).toBe('####A:\n\n####%%%%');
});

test('ids outside the vocabulary add nothing', () => {
  const tokenizer = fixtureTokenizer('tiny');
  const [a, b] = [tokenizer.encode('a'), tokenizer.encode('b')];
  expect(tokenizer.decode([...a, -1, 1.5, tokenizer.vocabularySize, ...b])).toBe('ab');
});

describe('a SentencePiece-like tokenizer', () => {
  const llama2 = {
    type: 'Sequence',
    decoders: [
      { type: 'Replace', pattern: { String: '▁' }, content: ' ' },
      { type: 'ByteFallback' },
      { type: 'Fuse' },
      { type: 'Strip', content: ' ', start: 1, stop: 0 },
    ],
  };
  const vocab = Object.fromEntries(
    ['▁', '▁a', '▁▁', 'b', '<0xE4>', '<0xB8>', '<0xAD>'].map((token, id) => [token, id]),
  );
  const build = (decoder: object) =>
    createTokenizer({
      tokenizer: { model: { type: 'BPE', byte_fallback: true, vocab, merges: [] }, decoder },
    });

  test('joins byte tokens to characters', () => {
    expect(stream(build(llama2), [3, 4, 5, 6, 3])).toEqual(['b', '', '', '中', 'b', '']);
  });

  test('shows a broken run of bytes as soon as the next token tells', () => {
    expect(stream(build(llama2), [3, 4, 5, 3])).toEqual(['b', '', '', '\ufffdb', '']);
  });

  test('drops one leading space of the text, not of every token', () => {
    expect(stream(build(llama2), [1, 1, 2, 3])).toEqual(['a', ' a', '  ', 'b', '']);
    expect(stream(build(llama2), [2, 2, 3])).toEqual([' ', '  ', 'b', '']);
    expect(stream(build(llama2), [4, 5, 6, 0, 3])).toEqual(['', '', '中', ' ', 'b', '']);
  });

  test('drops the spaces of the first token with a Metaspace decoder', () => {
    expect(stream(build({ type: 'Metaspace', replacement: '▁' }), [2, 1, 3])).toEqual(['', ' a', 'b', '']);
  });

  test('drops nothing in the middle of a text', () => {
    for (const decoder of [llama2, { type: 'Metaspace', replacement: '▁' }]) {
      const detokenizer = build(decoder).createDetokenizer({ place: 'middle' });
      expect([1, 2, 3].map((id) => detokenizer.push(id))).toEqual([' a', '  ', 'b']);
    }
  });

  test('is in the middle of a text after a flush too, if it was before', () => {
    for (const decoder of [llama2, { type: 'Metaspace', replacement: '▁' }]) {
      const detokenizer = build(decoder).createDetokenizer({ place: 'middle' });
      detokenizer.push(1);
      detokenizer.flush();
      expect([1, 2, 3].map((id) => detokenizer.push(id))).toEqual([' a', '  ', 'b']);
    }
  });

  test('streams random ids to what is decoded from the whole token texts', () => {
    const tokens = Object.keys(vocab);
    fc.assert(
      fc.property(fc.array(fc.nat(tokens.length - 1), { maxLength: 20 }), (ids) => {
        // The definition, with no state: all bytes in a row, one decoding, one space off the front.
        const bytes = ids.flatMap((id) => {
          const byte = /^<0x(..)>$/.exec(tokens[id]!)?.[1];
          return byte ? [Number.parseInt(byte, 16)] : [...Buffer.from(tokens[id]!.replaceAll('▁', ' '))];
        });
        const expected = Buffer.from(bytes).toString('utf8').replace(/^ /, '');
        expect(stream(build(llama2), ids).join('')).toBe(expected);
      }),
      SEED,
    );
  });
});
