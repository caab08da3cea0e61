import { createSlotTable, createStrands, TRUNK, writeAttentionBias } from '@beltline/mask';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { findSuffix } from '../src/pass-suffix.ts';

/** A pass over an attention bias: `seen` tells whether a token sees a slot. */
function createPass(count: number, pastLength: number, seen: (row: number, slot: number) => boolean) {
  const total = pastLength + count;
  const attentionBias = Float32Array.from({ length: count * total }, (_, at) =>
    seen(Math.floor(at / total), at % total) ? 0 : -Infinity,
  );
  const empty = new Int32Array();
  return { pastLength, tokens: new Int32Array(count), positions: empty, logitsRows: empty, attentionBias };
}

/** Branches behind a prefix, which have got so far in lock step. */
function createLockStep({ prefix, branches, steps }: Record<'prefix' | 'branches' | 'steps', number>) {
  const strands = createStrands();
  const step = Array.from({ length: branches }, () => strands.add(TRUNK));
  const past = createSlotTable(prefix + branches * (steps + 1));
  past.append(new Int32Array(prefix).fill(TRUNK), new Int32Array(prefix));
  for (let index = 0; index < steps; index++) past.append(step, new Int32Array(branches));
  const bias = new Float32Array(branches * (past.length + branches));
  writeAttentionBias({ strands, past, step }, bias);
  return createPass(branches, past.length, (row, slot) => bias[row * (past.length + branches) + slot] === 0);
}

test('branches in lock step see the prefix, and behind it their own tokens', () => {
  const suffix = findSuffix(createLockStep({ prefix: 50, branches: 20, steps: 4 }))!;
  expect(suffix).toMatchObject({ start: 50, width: 5 });
  const seventh = [0, 1, 2, 3, 4].map((index) => suffix.slots[index * 20 + 7]);
  expect(seventh).toEqual([7, 27, 47, 67, 87]);
  expect(suffix.bias.every((value) => value === 0)).toBe(true);
});

test('what rows see must be little of the suffix, and the less the more rows they are', () => {
  const sees = (width: number) => (row: number, slot: number) =>
    slot < 10 || slot === 1010 + row || (slot < 1010 && slot > 1010 - width);
  const isFound = (rows: number, width: number) =>
    findSuffix(createPass(rows, 1010, sees(width))) !== undefined;
  expect(isFound(4, 400)).toBe(true);
  expect(isFound(4, 600)).toBe(false);
  expect(isFound(30, 250)).toBe(true);
  expect(isFound(30, 400)).toBe(false);
  expect(isFound(200, 80)).toBe(true);
  expect(isFound(200, 250)).toBe(false);
});

test('few siblings are hidden where they lie', () => {
  expect(findSuffix(createLockStep({ prefix: 50, branches: 3, steps: 4 }))).toBeUndefined();
});

test('a line of text has no suffix, be it fed whole or token by token', () => {
  const causal = (count: number, past: number) => createPass(count, past, (row, slot) => slot <= past + row);
  for (const pass of [causal(300, 0), causal(300, 500), causal(1, 800), causal(1, 0)]) {
    expect(findSuffix(pass)).toBeUndefined();
  }
});

test('rows without any common slot at the start have no suffix', () => {
  expect(findSuffix(createPass(200, 0, (row, slot) => slot === row))).toBeUndefined();
});

test('whatever a suffix says is what the bias says', () => {
  let found = 0;
  const cases = fc.record({
    prefix: fc.integer({ min: 0, max: 20 }),
    past: fc.integer({ min: 60, max: 200 }),
    rows: fc.integer({ min: 1, max: 12 }),
    // Of 40 slots behind the prefix a row sees at most so many.
    density: fc.integer({ min: 0, max: 12 }),
    seed: fc.nat(),
  });
  fc.assert(
    fc.property(cases, ({ prefix, past, rows, density, seed }) => {
      const sees = (row: number, slot: number): boolean =>
        slot < prefix ||
        slot === past + row ||
        (slot < past && ((slot * 7919 + row * 104729 + seed) >>> 3) % 40 < density);
      const suffix = findSuffix(createPass(rows, past, sees));
      if (suffix === undefined) return;
      found++;
      const { start, width, slots, bias } = suffix;
      expect(slots.every((slot) => slot >= 0 && start + slot < past + rows)).toBe(true);
      for (let row = 0; row < rows; row++) {
        const own = new Set<number>();
        for (let index = 0; index < width; index++) {
          if (bias[row * width + index] === 0) own.add(start + slots[index * rows + row]!);
        }
        for (let slot = 0; slot < past + rows; slot++) {
          expect(slot < start || own.has(slot), `row ${row}, slot ${slot}`).toBe(sees(row, slot));
        }
      }
    }),
    { seed: 3, numRuns: 200 },
  );
  expect(found).toBeGreaterThan(50);
});
