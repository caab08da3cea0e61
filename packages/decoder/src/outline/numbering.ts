import type { ResolvedOptions } from '../options.ts';

/** Numbers the blocks and branches of an answer in the order of their outlines. */
export interface Numbering {
  /** Numbers of the next block and of its first branch. */
  readonly block: number;
  readonly firstBranch: number;
  /** `####title:` of all branches so far, as token ids. */
  readonly heads: readonly (readonly number[])[];
  /** Whether there may be another block, with at least one branch. */
  readonly mayOpen: boolean;
  /** Adds a block. */
  add(heads: readonly (readonly number[])[]): void;
}

export function createNumbering({ maxBlocks, maxBranches }: ResolvedOptions): Numbering {
  const heads: (readonly number[])[] = [];
  let block = 0;
  return {
    get block() {
      return block;
    },
    get firstBranch() {
      return heads.length;
    },
    heads,
    get mayOpen() {
      return block < maxBlocks && heads.length < maxBranches;
    },
    add(added) {
      block++;
      heads.push(...added);
    },
  };
}
