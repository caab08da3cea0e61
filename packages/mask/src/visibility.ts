import type { SlotView } from './slots.ts';
import type { Strands } from './strands.ts';

/** Who sees whom in one forward pass, without a single matrix: the used slots and the new tokens' strands. */
export interface StepVisibility {
  readonly strands: Strands;
  /** Slots used before the step. */
  readonly past: SlotView;
  /** Strand of each new token, `[query]`; token `i` will take slot `past.length + i`. */
  readonly step: ArrayLike<number>;
}

/**
 * Writes the additive attention bias of a step: 0 where a new token sees a slot, -Infinity elsewhere.
 *
 * A token sees a slot that is not later than its own and whose strand is its own or an ancestor. Every
 * row has at least one 0, since a token sees itself.
 *
 * @param target receives `[query, key]`, row-major, with `past.length + step.length` keys; may be longer.
 * @throws RangeError if `target` is too short or a strand is unknown.
 *
 * @example
 * const strands = createStrands();
 * const branches = [strands.add(TRUNK), strands.add(TRUNK)];
 * const past = createSlotTable(4);
 * past.append([TRUNK], [0]);
 * writeAttentionBias({ strands, past, step: branches }, new Float32Array(6)); // [0, 0, -∞, 0, -∞, 0]
 */
export function writeAttentionBias(visibility: StepVisibility, target: Float32Array): Float32Array {
  const { strands, past, step } = visibility;
  const pastStrands = past.strands;
  const keys = past.length + step.length;
  if (target.length < step.length * keys) {
    throw new RangeError(`bias needs ${step.length} x ${keys} values, the target holds ${target.length}`);
  }
  const biasOf = new Float32Array(strands.size);
  let strandOfBias = -1;
  for (let query = 0; query < step.length; query++) {
    const strand = step[query]!;
    if (strand !== strandOfBias) {
      for (let key = 0; key < strands.size; key++) biasOf[key] = strands.sees(strand, key) ? 0 : -Infinity;
      strandOfBias = strand;
    }
    const row = query * keys;
    const own = past.length + query;
    for (let slot = 0; slot < past.length; slot++) target[row + slot] = biasOf[pastStrands[slot]!]!;
    for (let slot = past.length; slot <= own; slot++) target[row + slot] = biasOf[step[slot - past.length]!]!;
    target.fill(-Infinity, row + own + 1, row + keys);
  }
  return target;
}
