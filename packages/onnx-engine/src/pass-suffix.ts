import type { EnginePass } from '@beltline/backend';

/**
 * What the rows of a pass see of the slots from `start` on, where that is little: branches see what came before all of
 * them, and then each its own tokens among those of its siblings.
 */
export interface PassSuffix {
  /** The first slot that is hidden from any row; at least 1. */
  readonly start: number;
  /** W, the slots from there on that a row sees at most; at least 1. */
  readonly width: number;
  /** Slots, counted from `start`, `[W, token]`; where a row sees fewer, the first fills up. */
  readonly slots: Int32Array;
  /** `[token, W]`: 0, or -Infinity where it is filled up. */
  readonly bias: Float32Array;
}

/**
 * What attention takes, in products of a slot with one row (SmolLM2-135M's shape, bench/operators/attention.mjs): plain attention
 * 48 for a slot beside its product with each row, gathering 8 for each slot of each row, and all that surrounds it as
 * much as 64 slots.
 */
const costs = { slot: 48, gatheredSlot: 8 };
const slotsForAll = 64;
/** Slots that a pass may gather, in each layer, so that they take no more memory than the cache. */
const mostGathered = 16_384;

/** How many slots of a suffix of so many a row may see for it to be worth gathering them. */
function widestSuffix(slots: number, rows: number): number {
  const spared = slots - slotsForAll;
  const asQuick = (spared * (costs.slot + rows)) / (costs.gatheredSlot * rows);
  return Math.floor(Math.min(spared / 2, asQuick, mostGathered / rows));
}

/** Finds the suffix of a pass; undefined where plain attention over all slots is as quick. */
export function findSuffix({ tokens, pastLength, attentionBias }: EnginePass): PassSuffix | undefined {
  const rows = tokens.length;
  const total = pastLength + rows;
  let start = total;
  for (let row = 0; row < rows && start > 0; row++) {
    const hidden = attentionBias.subarray(row * total, row * total + start).indexOf(-Infinity);
    if (hidden >= 0) start = hidden;
  }
  const widest = widestSuffix(total - start, rows);
  if (start === 0 || widest < 1) return;
  const seen = Array.from({ length: rows }, (): number[] => []);
  let width = 1;
  for (const [row, slots] of seen.entries()) {
    for (let slot = start; slot < total; slot++) {
      if (attentionBias[row * total + slot] === 0) slots.push(slot - start);
    }
    if (slots.length > widest) return;
    width = Math.max(width, slots.length);
  }
  const slots = new Int32Array(width * rows);
  const bias = new Float32Array(rows * width).fill(-Infinity);
  for (const [row, ownSlots] of seen.entries()) {
    for (const [index, slot] of ownSlots.entries()) slots[index * rows + row] = slot;
    bias.fill(0, row * width, row * width + ownSlots.length);
  }
  return { start, width, slots, bias };
}
