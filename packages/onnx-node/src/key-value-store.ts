import type { KvStore } from '@beltline/backend';

/** Sizes of one layer's keys or values. */
export interface KeyValueShape {
  readonly layers: number;
  readonly kvHeads: number;
  readonly headSize: number;
}

/**
 * Keys and values of one sequence in memory that JavaScript owns, since the runtime reads inputs in place but
 * copies outputs.
 */
export interface KeyValueStore extends KvStore {
  /** Slots that the buffers hold now. */
  readonly allocated: number;
  /** Keys of each layer, `[layer]`, each `[kvHeads, allocated, headSize]`; replaced when the store grows. */
  readonly keys: readonly Float32Array[];
  /** Values of each layer, shaped as the keys. */
  readonly values: readonly Float32Array[];
  /** Makes room for `length` slots and keeps the first `used`; returns whether the buffers were replaced. */
  reserve(length: number, used: number): boolean;
}

/** Slots that a store grows by: buffers much larger than their content make every step slower. */
const growth = 256;

/** Makes an empty store that allocates as it fills, up to `capacity` slots. */
export function createKeyValueStore(shape: KeyValueShape, capacity: number): KeyValueStore {
  const { layers, kvHeads, headSize } = shape;
  let allocated = 0;
  let keys = allocate(0);
  let values = allocate(0);

  function allocate(slots: number): Float32Array[] {
    return Array.from({ length: layers }, () => new Float32Array(kvHeads * slots * headSize));
  }

  function grown(buffers: readonly Float32Array[], slots: number, used: number): Float32Array[] {
    const larger = allocate(slots);
    buffers.forEach((buffer, layer) => {
      for (let head = 0; head < kvHeads; head++) {
        const start = head * allocated * headSize;
        larger[layer]!.set(buffer.subarray(start, start + used * headSize), head * slots * headSize);
      }
    });
    return larger;
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
      const slots = Math.min(capacity, Math.ceil(length / growth) * growth);
      // Both or neither: if the memory does not suffice, the store stays as it was.
      [keys, values] = [grown(keys, slots, used), grown(values, slots, used)];
      allocated = slots;
      return true;
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
      allocated = 0;
      keys = [];
      values = [];
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
