import type { Writer } from './writer.ts';

/**
 * How many of `tokens` each branch may choose for sure, as lock step shares them: one for each live branch, step by step. What
 * a branch that ended has left of its share goes to the others.
 *
 * So it does not matter in which order branches get their tokens, in waves or with drafts.
 */
export function shareTokens(branches: readonly Writer[], tokens: number): number {
  const ended = branches.filter(({ finishReason }) => finishReason !== undefined).map(countChosen);
  let rest = tokens;
  let sharing = branches.length;
  for (const count of ended.sort((a, b) => a - b)) {
    if (count * sharing > rest) break;
    rest -= count;
    sharing--;
  }
  return Math.floor(rest / sharing);
}

/** Tokens that a branch has chosen, its end token included. */
export function countChosen({ chosen, endToken }: Writer): number {
  return chosen.length + (endToken === undefined ? 0 : 1);
}
