import { TRUNK } from '@beltline/mask';
import type { KvCache, LanguageModel } from '../language-model.ts';
import { assert, assertRowsClose } from './assert.ts';
import { feed, feedInLockStep, feedRun, fork, type Run } from './runs.ts';
import { toleranceOf } from './tolerance.ts';
import type { Topic } from './topic.ts';

/** Several ways to compute the same thing. */
export function defineEquivalenceTests({ golden, test }: Topic): void {
  const { prefix, branches } = golden.values;
  const text = { strand: TRUNK, tokens: [...prefix, ...branches.flat()], start: 0 };

  test('a prompt fed in chunks gives the logits of one pass', async (model) => {
    const expected = await feedRun(model, model.createCache(), text);
    for (const size of [1, 5, 16]) {
      const chunked = await feedInChunks(model, model.createCache(), text, size);
      assertRowsClose(chunked, expected, toleranceOf(model).equivalent, `chunks of ${size}`);
    }
  });

  test('branches of different length in one pass give the logits of a lock step', async (model) => {
    const ragged = await feedBranches(model, prefix, branches, feed);
    const lockStep = await feedBranches(model, prefix, branches, feedInLockStep);
    branches.forEach((_, branch) => {
      const what = `branch ${branch}`;
      assertRowsClose(ragged[branch]!, lockStep[branch]!, toleranceOf(model).equivalent, what);
    });
  });

  test('a branch does not notice its siblings', async (model) => {
    const together = await feedBranches(model, prefix, branches, feed);
    for (const [branch, tokens] of branches.entries()) {
      const [alone] = await feedBranches(model, prefix, [tokens], feed);
      assertRowsClose(together[branch]!, alone!, toleranceOf(model).equivalent, `branch ${branch}`);
    }
  });

  test('a branch does not notice that its siblings are many', async (model) => {
    const lengths = [...Array(30).keys()].map((index) => 2 + ((index * 5) % 9));
    const many = lengths.map((length, index) =>
      Array.from({ length }, (_, at) => text.tokens[(index + at) % text.tokens.length]!),
    );
    for (const way of [feed, feedInLockStep]) {
      const together = await feedBranches(model, prefix, many, way);
      for (const branch of [0, 7, 29]) {
        const [alone] = await feedBranches(model, prefix, [many[branch]!], way);
        const what = `branch ${branch} of ${many.length}`;
        assertRowsClose(together[branch]!, alone!, toleranceOf(model).equivalent, what);
      }
    }
  });

  test('a branch does not notice the order of its siblings', async (model) => {
    for (const way of [feed, feedInLockStep]) {
      const forwards = await feedBranches(model, prefix, branches, way);
      const backwards = await feedBranches(model, prefix, branches.toReversed(), way);
      branches.forEach((_, branch) => {
        const mirrored = backwards.at(-1 - branch)!;
        assertRowsClose(forwards[branch]!, mirrored, toleranceOf(model).equivalent, `branch ${branch}`);
      });
    }
  });

  test('strands that hang below one another are plain text', async (model) => {
    const expected = await feedRun(model, model.createCache(), text);
    const cache = model.createCache();
    let strand = TRUNK;
    let start = prefix.length;
    const runs: Run[] = [{ strand, tokens: prefix, start: 0 }];
    for (const tokens of branches) {
      strand = cache.strands.add(strand);
      runs.push({ strand, tokens, start });
      start += tokens.length;
    }
    const chain = (await feed(model, cache, runs)).flat();
    assertRowsClose(chain, expected, toleranceOf(model).equivalent, 'a chain of strands');
  });

  test('nested branches see their parents and not their cousins', async (model) => {
    const [first, second, third, fourth] = branches as [number[], number[], number[], number[]];
    const cache = model.createCache();
    await feedRun(model, cache, { strand: TRUNK, tokens: prefix, start: 0 });
    const parents = [cache.strands.add(TRUNK), cache.strands.add(TRUNK)] as const;
    const child = cache.strands.add(parents[0]);
    const nested = await feed(model, cache, [
      { strand: parents[0], tokens: first, start: prefix.length },
      { strand: parents[1], tokens: second, start: prefix.length },
      { strand: cache.strands.add(parents[1]), tokens: third, start: prefix.length + second.length },
      { strand: child, tokens: fourth, start: prefix.length + first.length },
    ]);
    const line = { strand: TRUNK, tokens: [...prefix, ...first, ...fourth], start: 0 };
    const expected = (await feedRun(model, model.createCache(), line)).slice(-fourth.length);
    assertRowsClose(nested[3]!, expected, toleranceOf(model).equivalent, 'a nested branch');
  });

  test('a join sees every branch', async (model) => {
    const conclude = async (texts: readonly (readonly number[])[]) => {
      const { cache, runs } = await fork(model, prefix, texts);
      await feed(model, cache, runs);
      const join = cache.strands.add(runs.map((run) => run.strand));
      const end = prefix.length + Math.max(...texts.map((tokens) => tokens.length));
      return (await feedRun(model, cache, { strand: join, tokens: prefix.slice(0, 8), start: end })).flatMap(
        (row) => [...row],
      );
    };
    const original = await conclude(branches);
    for (const changed of branches.keys()) {
      const others = branches.map((tokens, index) => (index === changed ? tokens.toReversed() : tokens));
      const moved = greatestDifference(await conclude(others), original);
      const noise = toleranceOf(model).equivalent;
      assert(moved > noise, `the join did not notice that branch ${changed} changed: ${moved}`);
    }
  });

  test('positions count, not slots', async (model) => {
    const shifted = { ...text, start: 100 };
    const expected = await feedRun(model, model.createCache(), text);
    const moved = await feedRun(model, model.createCache(), shifted);
    // Rotary positions are relative: a text that starts later as a whole reads the same...
    assertRowsClose(moved, expected, toleranceOf(model).golden, 'a shifted text');
    // ...and one with a gap does not.
    const cache = model.createCache();
    const rows = await feed(model, cache, [
      { strand: TRUNK, tokens: prefix, start: 0 },
      { strand: TRUNK, tokens: branches[0]!, start: prefix.length + 20 },
    ]);
    const difference = greatestDifference(rows[1]![0]!, expected[prefix.length]!);
    assert(difference > toleranceOf(model).equivalent, 'a gap in the positions went unnoticed');
  });
}

async function feedInChunks(
  model: LanguageModel,
  cache: KvCache,
  run: Run,
  size: number,
): Promise<Float32Array[]> {
  const rows: Float32Array[] = [];
  for (let from = 0; from < run.tokens.length; from += size) {
    const chunk = { ...run, tokens: run.tokens.slice(from, from + size), start: run.start + from };
    rows.push(...(await feedRun(model, cache, chunk)));
  }
  return rows;
}

/** Feeds the branches after the prefix, `way` being one pass or a lock step. */
async function feedBranches(
  model: LanguageModel,
  prefix: readonly number[],
  branches: readonly (readonly number[])[],
  way: typeof feed,
): Promise<Float32Array[][]> {
  const { cache, runs } = await fork(model, prefix, branches);
  return way(model, cache, runs);
}

function greatestDifference(left: ArrayLike<number>, right: ArrayLike<number>): number {
  return Array.from(left).reduce((most, value, index) => Math.max(most, Math.abs(value - right[index]!)), 0);
}
