/** What a cache slot knows of its token, for every used slot in order. */
export interface SlotView {
  /** Number of used slots. */
  readonly length: number;
  /** Strand of each used slot, `[slot]`; a view, valid until the table changes. */
  readonly strands: Int32Array;
  /** Position id of each used slot, `[slot]`; a view, valid until the table changes. */
  readonly positions: Int32Array;
}

/** Metadata of a KV cache: which strand and which position each slot holds; never keys or values. */
export interface SlotTable extends SlotView {
  /** Most slots the table can hold. */
  readonly capacity: number;
  /**
   * Uses the next `strands.length` slots.
   *
   * @throws RangeError if the arrays differ in length or the slots do not fit; nothing is added then.
   */
  append(strands: ArrayLike<number>, positions: ArrayLike<number>): void;
  /** Frees all slots from `length` on. @throws RangeError if `length` is not in `[0, this.length]`. */
  truncate(length: number): void;
  /**
   * Keeps just these slots, moved together in their order, and frees the others.
   *
   * @throws RangeError if the slots are not strictly ascending used slots; nothing is moved then.
   */
  keep(slots: ArrayLike<number>): void;
}

/**
 * Makes an empty table of a fixed capacity (in slots).
 *
 * @example
 * const table = createSlotTable(8);
 * table.append([0, 0, 1], [0, 1, 2]);
 * table.keep([0, 2]);
 * table.positions; // Int32Array [0, 2]
 */
export function createSlotTable(capacity: number): SlotTable {
  if (!Number.isInteger(capacity) || capacity < 1) {
    throw new RangeError(`capacity must be a positive integer, got ${capacity}`);
  }
  const strandOf = new Int32Array(capacity);
  const positionOf = new Int32Array(capacity);
  let used = 0;

  return {
    capacity,
    get length() {
      return used;
    },
    get strands() {
      return strandOf.subarray(0, used);
    },
    get positions() {
      return positionOf.subarray(0, used);
    },
    append(strands, positions) {
      if (strands.length !== positions.length) {
        throw new RangeError(
          `expected one position per strand, got ${positions.length} and ${strands.length}`,
        );
      }
      if (used + strands.length > capacity) {
        throw new RangeError(`${strands.length} more slots do not fit: ${used} of ${capacity} are used`);
      }
      strandOf.set(strands, used);
      positionOf.set(positions, used);
      used += strands.length;
    },
    truncate(length) {
      if (!Number.isInteger(length) || length < 0 || length > used) {
        throw new RangeError(`length must be in [0, ${used}], got ${length}`);
      }
      used = length;
    },
    keep(slots) {
      checkAscending(slots, used);
      for (let to = 0; to < slots.length; to++) {
        strandOf[to] = strandOf[slots[to]!]!;
        positionOf[to] = positionOf[slots[to]!]!;
      }
      used = slots.length;
    },
  };
}

function checkAscending(slots: ArrayLike<number>, used: number): void {
  let previous = -1;
  for (let index = 0; index < slots.length; index++) {
    const slot = slots[index]!;
    if (!Number.isInteger(slot) || slot <= previous || slot >= used) {
      throw new RangeError(
        `slots to keep must be strictly ascending in [0, ${used}), got ${slot} after ${previous}`,
      );
    }
    previous = slot;
  }
}
