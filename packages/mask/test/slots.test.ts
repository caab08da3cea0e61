import { createSlotTable } from '@beltline/mask';
import fc from 'fast-check';
import { expect, test } from 'vitest';

test('a table keeps, truncates and appends like a list of slots', () => {
  const change = fc.oneof(
    fc.record({ append: fc.array(fc.tuple(fc.nat(9), fc.nat(99)), { maxLength: 5 }) }),
    fc.record({ truncate: fc.nat(20) }),
    fc.record({ keep: fc.array(fc.boolean(), { minLength: 20, maxLength: 20 }) }),
  );
  fc.assert(
    fc.property(fc.array(change, { maxLength: 30 }), (changes) => {
      const table = createSlotTable(200);
      let list: [number, number][] = [];
      for (const now of changes) {
        if ('append' in now) {
          table.append(
            now.append.map(([strand]) => strand),
            now.append.map(([, position]) => position),
          );
          list.push(...now.append);
        } else if ('truncate' in now) {
          list = list.slice(0, now.truncate);
          table.truncate(list.length);
        } else {
          const kept = list.flatMap((_, slot) => (now.keep[slot % 20] ? [slot] : []));
          table.keep(kept);
          list = kept.map((slot) => list[slot]!);
        }
        expect([...table.strands]).toEqual(list.map(([strand]) => strand));
        expect([...table.positions]).toEqual(list.map(([, position]) => position));
      }
    }),
    { seed: 7, numRuns: 200 },
  );
});

test('what does not fit changes nothing', () => {
  const table = createSlotTable(3);
  table.append([0, 0], [0, 1]);
  expect(() => table.append([1, 1], [2, 2])).toThrow('2 more slots do not fit: 2 of 3 are used');
  expect(() => table.append([1], [])).toThrow(RangeError);
  expect(() => table.truncate(3)).toThrow('length must be in [0, 2], got 3');
  expect(() => table.keep([1, 0])).toThrow('strictly ascending');
  expect(() => table.keep([0, 2])).toThrow('strictly ascending');
  expect(table.length).toBe(2);
});

test('a capacity must be a positive integer', () => {
  for (const capacity of [0, -1, 1.5, Number.NaN])
    expect(() => createSlotTable(capacity)).toThrow(RangeError);
});
