import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type { Step } from './belt-session.ts';

export const architectures = ['llama', 'qwen2', 'qwen3'] as const;

/** A tiny model's folder with values that PyTorch computed. */
export interface Golden {
  readonly folder: string;
  readonly prefix: readonly number[];
  readonly branches: readonly (readonly number[])[];
  /** One row per branch token, branch after branch. */
  readonly logits: readonly Float32Array[];
}

export async function readGolden(architecture: string): Promise<Golden> {
  const folder = fileURLToPath(new URL(`../../../fixtures/golden/${architecture}`, import.meta.url));
  const golden = JSON.parse(await readFile(`${folder}/golden.json`, 'utf8'));
  const bytes = await readFile(`${folder}/${golden.beltLogits.file}`);
  const [rows, width] = golden.beltLogits.shape as [number, number];
  const values = new Float32Array(new Uint8Array(bytes).buffer);
  const logits = Array.from({ length: rows }, (_, row) => values.subarray(row * width, (row + 1) * width));
  return { folder, prefix: golden.prefix, branches: golden.branches, logits };
}

/** All branches in one pass behind the prefix: each sees the prefix and itself, and counts from the prefix's end. */
export function beltStep({ prefix, branches }: Golden): Step {
  const owners = branches.flatMap((branch, index) => branch.map(() => index));
  return {
    tokens: branches.flat(),
    positions: branches.flatMap((branch) => branch.map((_, k) => prefix.length + k)),
    sees(row, slot) {
      const place = slot - prefix.length;
      return place < 0 || (place <= row && owners[place] === owners[row]);
    },
  };
}

/** The greatest difference between two sets of rows. */
export function greatestDifference(left: readonly Float32Array[], right: readonly Float32Array[]): number {
  let greatest = left.length === right.length ? 0 : Infinity;
  for (const [row, values] of left.entries()) {
    // Written so that NaN counts as infinitely far.
    for (const [i, value] of values.entries()) {
      const difference = Math.abs(value - right[row]![i]!);
      if (!(difference <= greatest)) greatest = Number.isNaN(difference) ? Infinity : difference;
    }
  }
  return greatest;
}

/** Root mean square of the differences over that of the right side. */
export function relativeDistance(left: readonly Float32Array[], right: readonly Float32Array[]): number {
  let differences = 0;
  let size = 0;
  for (const [row, values] of right.entries()) {
    for (const [i, value] of values.entries()) {
      differences += (left[row]![i]! - value) ** 2;
      size += value ** 2;
    }
  }
  return Math.sqrt(differences / size);
}
