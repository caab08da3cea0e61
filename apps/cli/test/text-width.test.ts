import fc from 'fast-check';
import stringWidth from 'string-width';
import { expect, it } from 'vitest';
import { fitEnd, fitStart, padEnd, padStart } from '../src/render/text-width.ts';
import { wrapTail, wrapText } from '../src/render/wrap.ts';

const text = fc.string({ unit: fc.constantFrom('a', 'b', ' ', '-', '文', '。', '🎬', '👨‍👩‍👧', 'é', '\n') });
const width = fc.integer({ min: 2, max: 30 });
const seeded = { seed: 7, numRuns: 500 };

it('cuts the end or the start of a line to the columns there are, counting wide characters', () => {
  expect(fitStart('Document 2', 10)).toBe('Document 2');
  expect(fitStart('Document 2', 6)).toBe('Docum…');
  expect(fitStart('关于一首歌', 6)).toBe('关于…');
  expect(fitEnd('released in 1956.', 8)).toBe('…n 1956.');
  expect(fitEnd('released in 1956.', 7)).toBe('…1956.');
  expect(fitEnd('关于一首歌', 6)).toBe('…首歌');
  expect(fitEnd('关于一首歌', 10)).toBe('关于一首歌');
  expect(fitEnd('anything', 0)).toBe('');
});

it('never cuts a line to more columns than there are', () => {
  fc.assert(
    fc.property(text, width, (value, columns) => {
      const line = value.replaceAll('\n', '');
      expect(stringWidth(fitStart(line, columns))).toBeLessThanOrEqual(columns);
      expect(stringWidth(fitEnd(line, columns))).toBeLessThanOrEqual(columns);
    }),
    seeded,
  );
});

it('pads to the right and to the left by columns', () => {
  expect(padEnd('歌', 4)).toBe('歌  ');
  expect(padStart('歌', 4)).toBe('  歌');
});

it('wraps between words, between wide characters, and within words that are too long', () => {
  expect(wrapText('one two three', 8)).toEqual(['one two', 'three']);
  expect(wrapText('one  two', 3)).toEqual(['one', 'two']);
  expect(wrapText('这是关于一首歌的。好', 8)).toEqual(['这是关于', '一首歌', '的。好']);
  expect(wrapText('ab 这是', 6)).toEqual(['ab 这', '是']);
  expect(wrapText('a incomprehensible b', 6)).toEqual(['a', 'incomp', 'rehens', 'ible b']);
  expect(wrapText('  indented', 20)).toEqual(['  indented']);
  expect(wrapText('one\n\ntwo', 8)).toEqual(['one', '', 'two']);
});

it('wraps without losing anything but spaces, and never beyond the edge', () => {
  fc.assert(
    fc.property(text, width, (value, columns) => {
      const lines = wrapText(value, columns);
      for (const line of lines) expect(stringWidth(line)).toBeLessThanOrEqual(columns);
      expect(lines.join('').replaceAll(/\s/g, '')).toBe(value.replaceAll(/\s/g, ''));
    }),
    seeded,
  );
});

it('wraps just the last lines like the whole', () => {
  fc.assert(
    fc.property(text, width, fc.integer({ min: 1, max: 5 }), (value, columns, count) => {
      expect(wrapTail(value, columns, count)).toEqual(wrapText(value, columns).slice(-count));
    }),
    seeded,
  );
  expect(wrapTail('one', 10, 0)).toEqual([]);
});
