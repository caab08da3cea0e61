import type { EnginePass } from '@beltline/backend';

/**
 * What the rows of a pass see of the slots from `start` on, where that is little: branches see what came before all of
 * them, and then each its own tokens among those of its siblings.
 */
export interface PassSuffix {
  /** The first slot that is hidden from any row; at least 1. */
  readonly start: number;
  /** W, the slots from there on that a row sees at most. */
  readonly width: number;
  /** Slots, counted from `start`, `[W, token]`; what a row has less than W is filled up. */
  readonly slots: Int32Array;
  /** `[token, W]`: 0, or -Infinity where it is filled up. */
  readonly bias: Float32Array;
}

/**
 * Slots of a suffix are gathered before they are multiplied with, which takes as long as multiplying with some three
 * slots where they lie; and the whole costs as much as 64 (bench/operators/attention.mjs, docs/performance.md).
 */
const slotsPerGathered = 3;
const slotsForAll = 64;

/** Finds the suffix of a pass; undefined where plain attention over all slots is as quick. */
export function findSuffix({ tokens, pastLength, attentionBias }: EnginePass): PassSuffix | undefined {
  const rows = tokens.length;
  const total = pastLength + rows;
  let start = total;
  for (let row = 0; row < rows && start > 0; row++) {
    const hidden = attentionBias.subarray(row * total, row * total + start).indexOf(-Infinity);
    if (hidden >= 0) start = hidden;
  }
  const most = Math.floor((total - start - slotsForAll) / slotsPerGathered);
  if (start === 0 || most < 1) return;
  const seen = Array.from({ length: rows }, (): number[] => []);
  let width = 0;
  for (const [row, slots] of seen.entries()) {
    for (let slot = start; slot < total; slot++) {
      if (attentionBias[row * total + slot] === 0) slots.push(slot - start);
    }
    if (slots.length > most) return;
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
