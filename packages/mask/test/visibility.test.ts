import {
  createSlotTable,
  createStrands,
  type SlotTable,
  type Strands,
  TRUNK,
  writeAttentionBias,
} from '@beltline/mask';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

/** Appends a step as a model would and draws its rows: `x` visible, `.` hidden. */
function drawStep(strands: Strands, table: SlotTable, step: number[]): string[] {
  const keys = table.length + step.length;
  const bias = writeAttentionBias({ strands, past: table, step }, new Float32Array(step.length * keys));
  table.append(
    step,
    step.map(() => 0),
  );
  return step.map((_, query) =>
    [...bias.subarray(query * keys, (query + 1) * keys)].map((value) => (value === 0 ? 'x' : '.')).join(''),
  );
}

describe('the attention bias of a step', () => {
  test('is a triangle on the trunk', () => {
    expect(drawStep(createStrands(), createSlotTable(3), [TRUNK, TRUNK, TRUNK])).toEqual([
      'x..',
      'xx.',
      'xxx',
    ]);
  });

  test('looks like a belt when branches decode in lock step', () => {
    const strands = createStrands();
    const table = createSlotTable(16);
    drawStep(strands, table, [TRUNK, TRUNK]);
    const [a, b, c] = [strands.add(TRUNK), strands.add(TRUNK), strands.add(TRUNK)];
    expect(drawStep(strands, table, [a, b, c])).toEqual(['xxx..', 'xx.x.', 'xx..x']);
    expect(drawStep(strands, table, [a, b, c])).toEqual(['xxx..x..', 'xx.x..x.', 'xx..x..x']);
  });

  test('lets branches of different length enter at once and leave early', () => {
    const strands = createStrands();
    const table = createSlotTable(16);
    drawStep(strands, table, [TRUNK]);
    const [a, b] = [strands.add(TRUNK), strands.add(TRUNK)];
    expect(drawStep(strands, table, [a, a, a, b])).toEqual(['xx...', 'xxx..', 'xxxx.', 'x...x']);
    expect(drawStep(strands, table, [b])).toEqual(['x...xx']);
  });

  test('shows a join all earlier tokens of the branches, and the branches nothing of the join', () => {
    const strands = createStrands();
    const table = createSlotTable(16);
    const [a, b] = [strands.add(TRUNK), strands.add(TRUNK)];
    drawStep(strands, table, [TRUNK, a, b]);
    const join = strands.add([a, b]);
    expect(drawStep(strands, table, [join, a, join])).toEqual(['xxxx..', 'xx..x.', 'xxxxxx']);
  });

  test('nests: a branch of a branch sees both, its aunts see nothing of it', () => {
    const strands = createStrands();
    const [a, b] = [strands.add(TRUNK), strands.add(TRUNK)];
    const inner = strands.add(a);
    expect(drawStep(strands, createSlotTable(16), [TRUNK, a, b, inner, b])).toEqual([
      'x....',
      'xx...',
      'x.x..',
      'xx.x.',
      'x.x.x',
    ]);
  });

  test('refuses a target that is too short and a strand that does not exist', () => {
    const strands = createStrands();
    const past = createSlotTable(4);
    expect(() => writeAttentionBias({ strands, past, step: [0, 0] }, new Float32Array(3))).toThrow(
      RangeError,
    );
    expect(() => writeAttentionBias({ strands, past, step: [1] }, new Float32Array(1))).toThrow(/\[0, 1\)/);
  });
});

/** The definition itself: walk the parents. */
function isAncestorOrSelf(strands: Strands, query: number, key: number): boolean {
  return query === key || strands.parents(query).some((parent) => isAncestorOrSelf(strands, parent, key));
}

/** One thing that can happen to a sequence; the numbers are reduced to whatever is valid at that moment. */
const operation = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({
      type: fc.constant('step' as const),
      picks: fc.array(fc.nat(), { minLength: 1, maxLength: 6 }),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      type: fc.constant('fork' as const),
      parent: fc.nat(),
      branches: fc.integer({ min: 1, max: 4 }),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      type: fc.constant('join' as const),
      picks: fc.array(fc.nat(), { minLength: 2, maxLength: 4 }),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      type: fc.constant('retire' as const),
      picks: fc.array(fc.nat(), { minLength: 1, maxLength: 3 }),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ type: fc.constant('truncate' as const), by: fc.integer({ min: 1, max: 5 }) }),
  },
);

test('equals the definition on random graphs with forks, ragged branches, retirement, joins and nesting', () => {
  fc.assert(
    fc.property(fc.array(operation, { minLength: 1, maxLength: 40 }), (operations) => {
      const strands = createStrands();
      const table = createSlotTable(1000);
      const slots: number[] = [];
      for (const now of operations) {
        if (now.type === 'fork') {
          for (let branch = 0; branch < now.branches; branch++) strands.add(now.parent % strands.size);
        } else if (now.type === 'join') {
          strands.add(now.picks.map((pick) => pick % strands.size));
        } else if (now.type === 'retire') {
          const gone = now.picks.map((pick) => pick % strands.size);
          const kept = slots.flatMap((strand, slot) => (gone.includes(strand) ? [] : [slot]));
          table.keep(kept);
          slots.splice(0, slots.length, ...kept.map((slot) => slots[slot]!));
        } else if (now.type === 'truncate') {
          slots.length = Math.max(0, slots.length - now.by);
          table.truncate(slots.length);
        } else {
          const step = now.picks.map((pick) => pick % strands.size);
          const drawn = drawStep(strands, table, step);
          const past = slots.length;
          slots.push(...step);
          const expected = step.map((query, row) =>
            slots
              .map((key, slot) => (slot <= past + row && isAncestorOrSelf(strands, query, key) ? 'x' : '.'))
              .join(''),
          );
          expect(drawn).toEqual(expected);
        }
        expect([...table.strands]).toEqual(slots);
      }
    }),
    { seed: 2503, numRuns: 400 },
  );
});
