import { expect, test } from 'vitest';
import { createMaskRows, type MaskRows } from '../src/mask-rows.ts';
import { readExample, recordRun } from './record-run.ts';

/** One line for each row: the strand that is seen in each slot, or a dot. */
function draw(mask: MaskRows): string[] {
  return Array.from({ length: mask.length }, (_, row) =>
    [...mask.cells(row)].map((cell) => (cell === 0 ? '.' : String(cell - 1))).join(''),
  );
}

function pass(firstSlot: number, strands: readonly number[], positions: readonly number[]) {
  const tokens = strands.map((strand, index) => 100 * strand + positions[index]!);
  return { type: 'pass', stage: 'branches', firstSlot, tokens, positions, strands } as const;
}

test('a fork and a join draw the belt mask', () => {
  const mask = createMaskRows();
  mask.apply({ ...pass(0, [0, 0], [0, 1]), stage: 'prefill' });
  mask.apply({ type: 'strand-start', strand: 1, parents: [0] });
  mask.apply({ type: 'strand-start', strand: 2, parents: [0] });
  mask.apply(pass(2, [1, 1, 2], [2, 3, 2]));
  mask.apply(pass(5, [1, 2], [4, 3]));
  mask.apply({ type: 'strand-start', strand: 3, parents: [1, 2] });
  mask.apply(pass(7, [3], [5]));
  expect(draw(mask)).toEqual([
    '0', //
    '00',
    '001',
    '0011',
    '00..2',
    '0011.1',
    '00..2.2',
    '00112123',
  ]);
  expect([0, 1, 2, 3].map(mask.branchOf)).toEqual([-1, 0, 1, -1]);
  expect(mask.columns).toBe(8);
  expect(mask.promptLength).toBe(2);
});

test('a conclusion that goes on below the first branch is no branch', () => {
  const mask = createMaskRows();
  mask.apply({ type: 'strand-start', strand: 1, parents: [0] });
  mask.apply({ type: 'strand-start', strand: 2, parents: [0] });
  mask.apply({ type: 'strand-start', strand: 3, parents: [1] });
  mask.apply({ type: 'strand-start', strand: 4, parents: [3] });
  expect([0, 1, 2, 3, 4].map(mask.branchOf)).toEqual([-1, 0, 1, -1, 2]);
});

test('rows keep what they saw when slots are dropped and used again', () => {
  const mask = createMaskRows();
  mask.apply(pass(0, [0, 0, 0, 0], [0, 1, 2, 3]));
  mask.apply(pass(2, [0], [7]));
  mask.apply({ type: 'slots-kept', slots: [0, 2] });
  mask.apply(pass(2, [0], [8]));
  expect(draw(mask)).toEqual(['0', '00', '000', '0000', '000', '000']);
  const tokensSeen = (row: number) =>
    [...mask.cells(row).keys()].map((slot) => mask.row(mask.rowInSlot(row, slot)!).token);
  expect(tokensSeen(3)).toEqual([0, 1, 2, 3]);
  expect(tokensSeen(4)).toEqual([0, 1, 7]);
  expect(tokensSeen(5)).toEqual([0, 7, 8]);
  expect(mask.rowInSlot(5, 3)).toBeUndefined();
  expect(mask.columns).toBe(4);
});

test.each(['recompute', 'reuse'] as const)(
  'in a real run with join %s every row sees its ancestors',
  async (join) => {
    const { mask } = await recordRun(await readExample('planning'), { join });
    const sees = (query: number, key: number): boolean =>
      query === key || mask.parents(query).some((parent) => sees(parent, key));
    for (let row = 0; row < mask.length; row++) {
      const { slot, strand } = mask.row(row);
      const cells = mask.cells(row);
      expect(cells.length).toBe(slot + 1);
      for (let column = 0; column <= slot; column++) {
        const key = mask.row(mask.rowInSlot(row, column)!);
        expect(cells[column]).toBe(sees(strand, key.strand) ? key.strand + 1 : 0);
      }
      expect(mask.rowInSlot(row, slot)).toBe(row);
    }
    expect(mask.length).toBeGreaterThan(150);
  },
);
