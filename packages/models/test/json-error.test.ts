import fc from 'fast-check';
import { expect, test } from 'vitest';
import { locateJsonError } from '../src/folder/json-error.ts';

test.each([
  ['', 1, 1],
  ['{', 1, 2],
  ['{"a"', 1, 5],
  ['{"a" 1}', 1, 6],
  ['{"a":}', 1, 6],
  ['{"a":1,}', 1, 8],
  ['[1,]', 1, 4],
  ['[1 2]', 1, 4],
  ['[1}', 1, 3],
  ['{} {}', 1, 4],
  ['[\n  tru\n]', 2, 3],
  ['["open\n"]', 1, 2],
  ['["bad \\x escape"]', 1, 2],
  ['[01]', 1, 2],
  ['\ufeff{}', 1, 1],
])('the mistake in %j is at line %i, column %i', (text, line, column) => {
  expect(() => JSON.parse(text)).toThrow(SyntaxError);
  expect(locateJsonError(text)).toEqual({ line, column });
});

test('a stray character is found wherever it is put between tokens', () => {
  fc.assert(
    fc.property(fc.jsonValue(), fc.nat(), fc.constantFrom(undefined, 2), (value, choice, indent) => {
      const text = JSON.stringify(value, null, indent);
      // Outside of strings, a place after a token that ends by itself.
      const places = [...text.matchAll(/"(?:[^"\\]|\\.)*"|[{}[\],:]/g)].map(
        (match) => match.index + match[0].length,
      );
      const place = places[choice % (places.length || 1)] ?? 0;
      const before = text.slice(0, place).split('\n');
      expect(locateJsonError(`${text.slice(0, place)}@${text.slice(place)}`)).toEqual({
        line: before.length,
        column: before.at(-1)!.length + 1,
      });
    }),
    { seed: 11, numRuns: 300 },
  );
});
