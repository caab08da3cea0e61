import type { KvStore } from '@beltline/backend';
import type { GraphSession } from './graph-session.ts';

/** Sizes of the keys or values. */
export interface KeyValueShape {
  readonly layers: number;
  readonly kvHeads: number;
  readonly headSize: number;
}

/** Where the floats of a store come from. */
export type FloatMemory = Pick<GraphSession<unknown>, 'allocate' | 'free'>;

/** Keys and values of one sequence in memory that JavaScript reads and writes. */
export interface KeyValueStore extends KvStore {
  /** Slots that the buffers hold now. */
  readonly allocated: number;
  /** All of it, `[2 * layers, allocated, kvHeads, headSize]`, keys before values; replaced when the store grows. */
  readonly floats: Float32Array;
  /** Keys of each layer, `[layer]`, each `[allocated, kvHeads, headSize]`, a view of it. */
  readonly keys: readonly Float32Array[];
  /** Values of each layer, shaped as the keys. */
  readonly values: readonly Float32Array[];
  /** Makes room for `length` slots and keeps the first `used`. */
  reserve(length: number, used: number): void;
  /** Takes the first `length` slots of another store of the same shape; what was here is lost. */
  copyFrom(source: KeyValueStore, length: number): void;
  /** Gives back what is not needed for the first `length` slots; the buffers may be replaced. */
  shrink(length: number): void;
}

/** How many slots, of `capacity`, to allocate for `length`. */
export function slotsFor(length: number, capacity: number): number {
  const growth = 256;
  return Math.min(capacity, Math.ceil(length / growth) * growth);
}

/** Makes an empty store that allocates as it fills, up to `capacity` slots. */
export function createKeyValueStore({
  shape: { layers, kvHeads, headSize },
  capacity,
  memory,
}: {
  shape: KeyValueShape;
  capacity: number;
  memory: FloatMemory;
}): KeyValueStore {
  const width = kvHeads * headSize;
  let allocated = 0;
  let whole: Float32Array = new Float32Array();
  let keys = emptyBuffers();
  let values = emptyBuffers();

  function emptyBuffers(): readonly Float32Array[] {
    return Array.from({ length: layers }, () => new Float32Array());
  }

  function copySlots(
    sources: readonly Float32Array[],
    targets: readonly Float32Array[],
    slots: number,
  ): void {
    for (const [index, source] of sources.entries()) targets[index]!.set(source.subarray(0, slots * width));
  }

  function resize(slots: number, used: number): void {
    const size = slots * width;
    // One piece for all layers: memory that is short fails before anything has changed.
    const piece = memory.allocate(2 * layers * size);
    const buffers = Array.from({ length: 2 * layers }, (_, index) =>
      piece.subarray(index * size, (index + 1) * size),
    );
    copySlots([...keys, ...values], buffers, used);
    release();
    whole = piece;
    keys = buffers.slice(0, layers);
    values = buffers.slice(layers);
    allocated = slots;
  }

  function release(): void {
    if (whole.length > 0) memory.free(whole);
    whole = new Float32Array();
  }

  return {
    get allocated() {
      return allocated;
    },
    get floats() {
      return whole;
    },
    get keys() {
      return keys;
    },
    get values() {
      return values;
    },
    reserve(length, used) {
      if (length > allocated) resize(slotsFor(length, capacity), used);
    },
    copyFrom(source, length) {
      if (length === 0) return;
      if (length > allocated) resize(slotsFor(length, capacity), 0);
      copySlots([...source.keys, ...source.values], [...keys, ...values], length);
    },
    shrink(length) {
      const slots = slotsFor(Math.max(1, length), capacity);
      if (slots >= allocated) return;
      try {
        resize(slots, length);
      } catch {
        // Memory is too short even for the smaller buffers: the larger ones stay, and nothing is lost.
      }
    },
    keep(slots) {
      const moves = planMoves(slots);
      for (const buffer of [...keys, ...values]) {
        for (const { from, to, count } of moves) {
          buffer.copyWithin(to * width, from * width, (from + count) * width);
        }
      }
    },
    dispose() {
      release();
      allocated = 0;
      keys = emptyBuffers();
      values = emptyBuffers();
    },
  };
}

/** A run of neighbouring slots that moves as one. */
interface Move {
  readonly from: number;
  readonly to: number;
  count: number;
}

/** Groups slots, strictly ascending, into the runs that have to move; those that stay are left out. */
function planMoves(slots: Int32Array): Move[] {
  const moves: Move[] = [];
  for (let to = 0; to < slots.length; to++) {
    const from = slots[to]!;
    const last = moves.at(-1);
    if (last && from === last.from + last.count) last.count++;
    else if (from !== to) moves.push({ from, to, count: 1 });
  }
  return moves;
}
