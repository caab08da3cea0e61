import { readFileSync } from 'node:fs';

/** Greedy tokens of an independent PyTorch implementation in float32. */
export interface ExpectedProblem {
  readonly family: string;
  readonly prompt: string;
  readonly promptTokens: readonly number[];
  readonly sequentialTokens: readonly number[];
  readonly titles: readonly string[];
  readonly parallelTokens: readonly number[];
}

export const problems: readonly ExpectedProblem[] = readFileSync(
  new URL('../../../fixtures/tiny/expected.jsonl', import.meta.url),
  'utf8',
)
  .trim()
  .split('\n')
  .map((line) => JSON.parse(line));

/** What the values were computed with. */
export const limits = {
  maxTokens: 1200,
  maxBranchTokens: 160,
  maxBlocks: 1,
  outlineConstraint: 'reference',
} as const;
