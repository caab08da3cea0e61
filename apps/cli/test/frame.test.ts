import fc from 'fast-check';
import stringWidth from 'string-width';
import { expect, it } from 'vitest';
import type { SectionView, StepView } from '../src/render/answer-view.ts';
import { drawFrame, shareRows } from '../src/render/frame.ts';
import { createStyle } from '../src/render/style.ts';

const style = createStyle({ colors: false });
const preamble: SectionView = { type: 'text', text: 'Let us check each document.\n\n' };
const conclusion: SectionView = { type: 'text', text: '\nDocument 2 gives the answer.\nAnswer: 1956' };
const steps: StepView[] = [
  { title: 'Document 1', text: ' is about a bank.\n\n', state: 'done' },
  { title: 'Document 2', text: ' is about the film and says that it was rel', state: 'decoding' },
  { title: '文档 3 🎬', text: ' 是关于一首歌的，而且', state: 'decoding' },
  { title: 'A title that is much too long for its lane', text: '', state: 'waiting' },
];
const block: SectionView = { type: 'block', steps };

function draw(
  sections: readonly SectionView[],
  columns: number,
  rows: number,
  layout: 'lanes' | 'text' = 'lanes',
) {
  const lines = drawFrame(sections, { size: { columns, rows }, style, layout, status: 'Decoding' });
  return `\n${lines.join('\n')}\n`;
}

it('draws a lane per step, with the end of its text', () => {
  expect(draw([preamble, block], 60, 20)).toBe(`
Let us check each document.

✓ Document 1            is about a bank.
● Document 2            …t the film and says that it was rel
● 文档 3 🎬             是关于一首歌的，而且
○ A title that is muc…

Decoding
`);
});

it('draws the conclusion below the lanes', () => {
  expect(draw([preamble, { type: 'block', steps: steps.slice(0, 2) }, conclusion], 40, 20)).toBe(`
Let us check each document.

✓ Document 1  is about a bank.
● Document 2  …and says that it was rel

Document 2 gives the answer.
Answer: 1956

Decoding
`);
});

it('folds the lanes that do not fit, finished ones first', () => {
  expect(draw([block], 40, 5)).toBe(`
● Document 2  …and says that it was rel
● 文档 3 🎬   是关于一首歌的，而且
… 2 more  ✓○

Decoding
`);
});

it('draws titles alone where there is no room for text', () => {
  expect(draw([block], 12, 20)).toBe(`
✓ Document 1
● Document 2
● 文档 3 🎬
○ A title t…

Decoding
`);
});

it('draws only the status in a terminal of two lines', () => {
  expect(draw([preamble, block, conclusion], 40, 2)).toBe('\nDecoding\n');
  expect(draw([preamble, block, conclusion], 5, 1)).toBe('\nDeco…\n');
});

it('draws the end of the text where lanes are not wanted', () => {
  expect(draw([preamble, block], 40, 7, 'text')).toBe(`
文档 3 🎬: 是关于一首歌的，而且

A title that is much too long for its
lane:

Decoding
`);
});

it('never draws beyond the edges', () => {
  const state = fc.constantFrom<StepView['state']>('waiting', 'decoding', 'done');
  const text = fc.string({ unit: fc.constantFrom('a', ' ', '文', '🎬', '\n', '\t'), maxLength: 200 });
  const section = fc.oneof(
    fc.record({ type: fc.constant('text' as const), text }),
    fc.record({
      type: fc.constant('block' as const),
      steps: fc.array(fc.record({ title: text, text, state }), { maxLength: 30 }),
    }),
  );
  const columns = fc.integer({ min: 4, max: 100 });
  const rows = fc.integer({ min: 0, max: 40 });
  const layout = fc.constantFrom('lanes' as const, 'text' as const);
  fc.assert(
    fc.property(
      fc.array(section, { maxLength: 4 }),
      columns,
      rows,
      layout,
      (sections, width, height, kind) => {
        const size = { columns: width, rows: height };
        const lines = drawFrame(sections, { size, style, layout: kind, status: 'Decoding' });
        expect(lines.length).toBeLessThanOrEqual(height);
        for (const line of lines) {
          expect(line).not.toContain('\n');
          expect(stringWidth(line)).toBeLessThanOrEqual(width);
        }
      },
    ),
    { seed: 3, numRuns: 500 },
  );
});

it('keeps lines of text in sight while there are too many lanes', () => {
  expect(shareRows(20, { before: 2, lanes: 50, after: 9 })).toEqual({ before: 2, lanes: 13, after: 3 });
  expect(shareRows(8, { before: 2, lanes: 50, after: 9 })).toEqual({ before: 0, lanes: 5, after: 1 });
  expect(shareRows(20, { before: 2, lanes: 3, after: 30 })).toEqual({ before: 2, lanes: 3, after: 13 });
  expect(shareRows(20, { before: 30, lanes: 0, after: 0 })).toEqual({ before: 20, lanes: 0, after: 0 });
  expect(shareRows(1, { before: 2, lanes: 3, after: 4 })).toEqual({ before: 0, lanes: 1, after: 0 });
});
