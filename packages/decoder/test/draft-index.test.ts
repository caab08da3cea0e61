import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createDraftChances } from '../src/drafts/draft-chances.ts';
import { createDraftIndex, longestMatch } from '../src/drafts/draft-index.ts';
import { chooseDraftLengths } from '../src/drafts/draft-lengths.ts';

const tokens = fc.array(fc.integer({ min: 0, max: 3 }), { maxLength: 30 });

/** How many last tokens of a text stand before a place of another one. */
function matchAt(text: readonly number[], source: readonly number[], next: number): number {
  let length = 0;
  while (length < longestMatch && length < Math.min(text.length, next)) {
    if (text[text.length - 1 - length] !== source[next - 1 - length]) break;
    length++;
  }
  return length;
}

describe('the index of n-grams', () => {
  test('finds what came after the longest match, in the prompt, in the text itself or in another', () => {
    const index = createDraftIndex([1, 2, 3, 4, 5, 9, 3, 7]);
    const text = index.createText();
    text.follow([2, 3]);
    expect(text.match(2)).toEqual({ length: 2, tokens: [4, 5] });
    const sibling = index.createText();
    sibling.follow([8, 2, 3, 6, 6]);
    text.follow([2, 3, 8, 2, 3]);
    expect(text.match(9)).toEqual({ length: 3, tokens: [6, 6] });
    text.follow([2, 3, 8, 2, 3, 0]);
    expect(text.match(9)).toBeUndefined();
  });

  test('finds a place that is there, wherever one is', () => {
    fc.assert(
      fc.property(tokens, tokens, tokens, fc.integer({ min: 1, max: 5 }), (prompt, first, second, most) => {
        const index = createDraftIndex(prompt);
        const texts = [first, second].map((own) => {
          const text = index.createText();
          for (let end = 0; end <= own.length; end++) text.follow(own.slice(0, end));
          return text;
        });
        const sources = [
          prompt,
          [...prompt.slice(-longestMatch), ...first],
          [...prompt.slice(-longestMatch), ...second],
        ];
        const written = sources[1]!;
        const found = texts[0]!.match(most);
        const places = sources.flatMap((source) =>
          source.map((_, next) => ({
            length: matchAt(written, source, next),
            tokens: source.slice(next, next + most),
          })),
        );
        if (found) expect(places).toContainEqual(found);
        else expect(places.filter(({ length }) => length > 0).length).toBe(0);
      }),
      { seed: 2503, numRuns: 500 },
    );
  });
});

describe('the chance of a draft', () => {
  test('grows with the match, and follows what was right and wrong', () => {
    const chances = createDraftChances();
    expect([1, 2, 8, 20].map((match) => chances.of(match))).toEqual([1 / 3, 2 / 4, 8 / 10, 8 / 10]);
    chances.learn(1, 2, true);
    expect([1, 2, 3, 4].map((match) => chances.of(match))).toEqual([2 / 4, 3 / 5, 3 / 6, 4 / 6]);
    chances.learn(4, 1, false);
    expect(chances.of(4)).toBe(5 / 7);
  });
});

describe('the lengths of drafts', () => {
  const sure = {
    ...createDraftChances(),
    of: (match: number) => (match === 0 ? 0.01 : match === 1 ? 0.4 : 0.95),
  };
  const offer = (matchLength: number, tokens = 24) => ({ matchLength, tokens });

  test('are longer where a draft is likelier, and none where it is unlikely', () => {
    const [long, short, none] = chooseDraftLengths([offer(8), offer(1), offer(0)], sure, {
      lines: 3,
      room: 99,
    });
    expect(long).toBeGreaterThan(short!);
    expect(none).toBe(0);
  });

  test('shrink as more lines are live', () => {
    const lengthOf = (lines: number) => chooseDraftLengths([offer(8)], sure, { lines, room: 99 })[0]!;
    const lengths = [1, 4, 16, 64].map(lengthOf);
    expect(lengths.toSorted((a, b) => b - a)).toEqual(lengths);
    expect(lengths[0]).toBeGreaterThan(lengths[3]!);
    const guess = (lines: number) => chooseDraftLengths([offer(1)], sure, { lines, room: 99 })[0]!;
    expect([guess(1) > 0, guess(30)]).toEqual([true, 0]);
  });

  test('stay within the room and what there is to draft', () => {
    expect(chooseDraftLengths([offer(8, 2), offer(8, 1)], sure, { lines: 2, room: 99 })).toEqual([2, 1]);
    const lengths = chooseDraftLengths([offer(8), offer(8)], sure, { lines: 2, room: 3 });
    expect(lengths[0]! + lengths[1]!).toBe(3);
    expect(chooseDraftLengths([], sure, { lines: 2, room: 3 })).toEqual([]);
  });
});
