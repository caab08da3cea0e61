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
  /** Keys of each layer, `[layer]`, each `[kvHeads, allocated, headSize]`; replaced when the store grows. */
  readonly keys: readonly Float32Array[];
  /** Values of each layer, shaped as the keys. */
  readonly values: readonly Float32Array[];
  /** Makes room for `length` slots and keeps the first `used`; returns whether the buffers were replaced. */
  reserve(length: number, used: number): boolean;
  /** Takes the first `length` slots of another store of the same shape; what was here is lost. */
  copyFrom(source: KeyValueStore, length: number): void;
  /** Gives back what is not needed for the first `length` slots; the buffers may be replaced. */
  shrink(length: number): void;
}

/** How many slots, of `capacity`, to allocate for `length`: buffers much larger than their content slow every step. */
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
  let allocated = 0;
  let whole: Float32Array | undefined;
  let keys = emptyBuffers();
  let values = emptyBuffers();

  function emptyBuffers(): readonly Float32Array[] {
    return Array.from({ length: layers }, () => new Float32Array());
  }

  /** Copies the first `used` slots from buffers of `from` slots to buffers of `to` slots. */
  function copySlots(
    sources: readonly Float32Array[],
    targets: readonly Float32Array[],
    { from, to, used }: { from: number; to: number; used: number },
  ): void {
    sources.forEach((source, index) => {
      for (let head = 0; head < kvHeads; head++) {
        const start = head * from * headSize;
        targets[index]!.set(source.subarray(start, start + used * headSize), head * to * headSize);
      }
    });
  }

  function resize(slots: number, used: number): void {
    const size = kvHeads * slots * headSize;
    // One piece for all layers: memory that is short fails before anything has changed.
    const piece = memory.allocate(2 * layers * size);
    const buffers = Array.from({ length: 2 * layers }, (_, index) =>
      piece.subarray(index * size, (index + 1) * size),
    );
    copySlots([...keys, ...values], buffers, { from: allocated, to: slots, used });
    release();
    whole = piece;
    keys = buffers.slice(0, layers);
    values = buffers.slice(layers);
    allocated = slots;
  }

  function release(): void {
    if (whole) memory.free(whole);
    whole = undefined;
  }

  return {
    get allocated() {
      return allocated;
    },
    get keys() {
      return keys;
    },
    get values() {
      return values;
    },
    reserve(length, used) {
      if (length <= allocated) return false;
      resize(slotsFor(length, capacity), used);
      return true;
    },
    copyFrom(source, length) {
      if (length === 0) return;
      if (length > allocated) resize(slotsFor(length, capacity), 0);
      const sizes = { from: source.allocated, to: allocated, used: length };
      copySlots([...source.keys, ...source.values], [...keys, ...values], sizes);
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
        for (let head = 0; head < kvHeads; head++) {
          const start = head * allocated;
          for (const { from, to, count } of moves) {
            const first = (start + from) * headSize;
            buffer.copyWithin((start + to) * headSize, first, first + count * headSize);
          }
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

/**
 * Writes new keys or values of one layer, `[token, kvHeads * headSize]`, to the slots from `slot` on of a buffer
 * `[kvHeads, allocated, headSize]`.
 */
export function writeSlots(
  buffer: Float32Array,
  added: Float32Array,
  {
    kvHeads,
    headSize,
    allocated,
    slot,
  }: { kvHeads: number; headSize: number; allocated: number; slot: number },
): void {
  const tokens = added.length / (kvHeads * headSize);
  for (let token = 0; token < tokens; token++) {
    for (let head = 0; head < kvHeads; head++) {
      const from = (token * kvHeads + head) * headSize;
      const to = (head * allocated + slot + token) * headSize;
      // A plain loop: for rows this short it is faster than a view and set().
      for (let index = 0; index < headSize; index++) buffer[to + index] = added[from + index]!;
    }
  }
}
