import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createKeyValueStore, type KeyValueStore } from '../src/key-value-store.ts';

const shape = { layers: 2, kvHeads: 2, headSize: 3 };
const memory = { allocate: (length: number) => new Float32Array(length), free() {} };

test('tokens written, kept, grown past and shrunk to are where a plain list has them', () => {
  const action = fc.oneof(
    fc.record({ kind: fc.constant('append' as const), count: fc.integer({ min: 1, max: 150 }) }),
    fc.record({ kind: fc.constant('keep' as const), every: fc.integer({ min: 2, max: 5 }) }),
    fc.record({ kind: fc.constant('shrink' as const) }),
    fc.record({ kind: fc.constant('copy' as const), part: fc.double({ min: 0, max: 1, noNaN: true }) }),
    fc.record({ kind: fc.constant('truncate' as const), part: fc.double({ min: 0, max: 1, noNaN: true }) }),
  );
  fc.assert(
    fc.property(fc.array(action, { maxLength: 12 }), (actions) => {
      let store = createKeyValueStore({ shape, capacity: 5000, memory });
      let tokens: number[] = [];
      let next = 1;
      for (const step of actions) {
        if (step.kind === 'append') {
          const added = Array.from({ length: step.count }, () => next++);
          append(store, tokens.length, added);
          tokens.push(...added);
        } else if (step.kind === 'keep') {
          const slots = [...tokens.keys()].filter((slot) => slot % step.every !== 1);
          store.keep(Int32Array.from(slots));
          tokens = slots.map((slot) => tokens[slot]!);
        } else if (step.kind === 'shrink') {
          store.shrink(tokens.length);
          expect(store.allocated).toBeLessThan(tokens.length + 257);
        } else if (step.kind === 'copy') {
          tokens = tokens.slice(0, Math.floor(tokens.length * step.part));
          const source = store;
          store = createKeyValueStore({ shape, capacity: 6000, memory });
          store.copyFrom(source, tokens.length);
          source.dispose();
        } else {
          tokens = tokens.slice(0, Math.floor(tokens.length * step.part));
        }
        expect(read(store, tokens.length)).toEqual(expected(tokens));
      }
    }),
    { seed: 7, numRuns: 60 },
  );
});

test('memory grows in steps and never beyond the capacity', () => {
  const store = createKeyValueStore({ shape, capacity: 300, memory });
  expect(store.allocated).toBe(0);
  store.reserve(1, 0);
  const first = store.allocated;
  const { keys } = store;
  expect(first).toBeLessThan(300);
  store.reserve(first, 1);
  expect(store).toMatchObject({ allocated: first, keys });
  store.reserve(first + 1, first);
  expect(store.allocated).toBe(300);
});

test('every buffer is given back, and short memory changes nothing', () => {
  const held = new Set<Float32Array>();
  let short = false;
  const counting = {
    allocate(length: number) {
      if (short) throw new Error('no memory');
      const floats = new Float32Array(length);
      held.add(floats);
      return floats;
    },
    free: (floats: Float32Array) => void held.delete(floats),
  };
  const store = createKeyValueStore({ shape, capacity: 5000, memory: counting });
  store.reserve(1, 0);
  store.reserve(1000, 1);
  expect(held.size).toBe(1);
  const { keys, allocated } = store;
  short = true;
  expect(() => store.reserve(2000, 1000)).toThrow('no memory');
  store.shrink(1);
  expect(store).toMatchObject({ keys, allocated });
  short = false;
  store.shrink(1);
  expect(store.allocated).toBeLessThan(allocated);
  expect(held.size).toBe(1);
  store.dispose();
  expect(held.size).toBe(0);
});

/** Value of a token in a layer's keys (0) or values (1), at an index of its row. */
function entryOf(token: number, layer: number, half: number, index: number): number {
  return token * 100 + layer * 50 + half * 25 + index;
}

function append(store: KeyValueStore, slot: number, tokens: readonly number[]): void {
  store.reserve(slot + tokens.length, slot);
  const row = shape.kvHeads * shape.headSize;
  for (const [half, buffers] of [store.keys, store.values].entries()) {
    buffers.forEach((buffer, layer) => {
      const added = Float32Array.from({ length: tokens.length * row }, (_, at) =>
        entryOf(tokens[Math.floor(at / row)]!, layer, half, at % row),
      );
      buffer.set(added, slot * row);
    });
  }
}

/** `[half][layer]`, each the rows of all slots in order. */
function read(store: KeyValueStore, length: number): number[][][] {
  const row = shape.kvHeads * shape.headSize;
  return [store.keys, store.values].map((buffers) =>
    buffers.map((buffer) => [...buffer.subarray(0, length * row)]),
  );
}

function expected(tokens: readonly number[]): number[][][] {
  const row = [...Array(shape.kvHeads * shape.headSize).keys()];
  return [0, 1].map((half) =>
    [0, 1].map((layer) => tokens.flatMap((token) => row.map((index) => entryOf(token, layer, half, index)))),
  );
}
