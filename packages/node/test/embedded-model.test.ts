import { readFileSync } from 'node:fs';
import { type Decoder, loadDecoder } from '@beltline/node';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

/** Greedy tokens of an independent PyTorch implementation in float32. */
interface Expected {
  readonly family: string;
  readonly prompt: string;
  readonly promptTokens: readonly number[];
  readonly sequentialTokens: readonly number[];
  readonly parallelTokens: readonly number[];
  readonly titles: readonly string[];
  /** Whether the outline could be used. */
  readonly parallelOk: boolean;
}

const problems: Expected[] = readFileSync(
  new URL('../../../fixtures/tiny/expected.jsonl', import.meta.url),
  'utf8',
)
  .trim()
  .split('\n')
  .map((line) => JSON.parse(line));

/** What the values were computed with. */
const limits = {
  maxTokens: 1200,
  maxBranchTokens: 160,
  maxBlocks: 1,
  outlineConstraint: 'reference',
} as const;

describe('the embedded model writes what PyTorch wrote', () => {
  let decoder: Decoder;
  beforeAll(async () => {
    decoder = await loadDecoder();
  });
  afterAll(() => decoder.dispose());

  test('all 24 problems are there', () => {
    expect(problems).toHaveLength(24);
  });

  test.each(problems.map((problem, index) => [index + 1, problem.family, problem] as const))(
    'problem %i (%s), sequentially and in parallel, token for token',
    async (_index, _family, problem) => {
      const sequential = await decoder.generate(problem.prompt, { mode: 'sequential', ...limits }).result();
      expect(sequential.statistics.promptTokens).toBe(problem.promptTokens.length);
      expect(sequential.tokens).toEqual(problem.sequentialTokens);
      const parallel = await decoder.generate(problem.prompt, limits).result();
      expect(parallel.tokens).toEqual(problem.parallelTokens);
      expect(parallel.mode).toBe(problem.parallelOk ? 'parallel' : 'sequential');
      if (!problem.parallelOk) return;
      expect(parallel.branches.map(({ title }) => title)).toEqual(
        problem.titles.map((title) => title.trim()),
      );
    },
  );
});
