import { TRUNK } from '@beltline/mask';
import type { KvCache, LanguageModel } from '../language-model.ts';
import { assert, assertRowsClose } from './assert.ts';
import { argmax, feed, feedRun, fork, type Run } from './runs.ts';
import { toleranceOf } from './tolerance.ts';
import type { Topic } from './topic.ts';

/** Values of PyTorch: logits within the tolerance, tokens identical in float32. */
export function defineGoldenTests({ golden, test }: Topic): void {
  const { prefix, branches, beltGreedy, joinTail, joinRecompute, joinReuse, sequentialGreedy } =
    golden.values;
  const wholeBranches = beltGreedy.branches;

  test('logits of branches of different length match PyTorch', async (model) => {
    const { cache, runs } = await fork(model, prefix, branches);
    const logits = await feed(model, cache, runs);
    const { vocabularySize } = model.shape;
    const expected = branches
      .flat()
      .map((_, row) => golden.beltLogits.subarray(row * vocabularySize, (row + 1) * vocabularySize));
    assertRowsClose(logits.flat(), expected, toleranceOf(model).golden, 'belt logits');
  });

  test('plain greedy decoding gives the tokens of PyTorch', async (model) => {
    const cache = model.createCache();
    const prompt = { strand: TRUNK, tokens: sequentialGreedy.prompt, start: 0 };
    await followGreedy(model, cache, prompt, sequentialGreedy.newTokens);
  });

  test('greedy belt decoding, branches leaving one by one, gives the tokens of PyTorch', async (model) => {
    const { cache, runs } = await fork(model, prefix, branches);
    await followBelt(model, cache, runs, wholeBranches);
  });

  test('a conclusion on recomputed branches gives the tokens of PyTorch', async (model) => {
    const { cache, runs } = await fork(model, prefix, branches);
    await followBelt(model, cache, runs, wholeBranches);
    cache.truncate(prefix.length);
    const text = { strand: TRUNK, tokens: [...wholeBranches.flat(), ...joinTail], start: prefix.length };
    await followGreedy(model, cache, text, joinRecompute.newTokens);
  });

  test('a conclusion on reused branches gives the tokens of PyTorch', async (model) => {
    const { cache, runs } = await fork(model, prefix, branches);
    await followBelt(model, cache, runs, wholeBranches);
    const join = cache.strands.add(runs.map((run) => run.strand));
    const tail = { strand: join, tokens: joinTail, start: joinReuse.tailPositionStart };
    await followGreedy(model, cache, tail, joinReuse.newTokens);
  });
}

/** Feeds a run, then `expected` token by token, each of which must be the model's own choice. */
async function followGreedy(
  model: LanguageModel,
  cache: KvCache,
  run: Run,
  expected: readonly number[],
): Promise<void> {
  let logits = (await feedRun(model, cache, run)).at(-1)!;
  for (const [index, token] of expected.entries()) {
    assertChosen(model, logits, token, `token ${index}`);
    const start = run.start + run.tokens.length + index;
    [logits] = (await feedRun(model, cache, { strand: run.strand, tokens: [token], start })) as [
      Float32Array,
    ];
  }
}

/**
 * Feeds the runs in one pass, then decodes the rest of `whole` in lock step, each token the model's own
 * choice. A finished branch leaves the step at once; its last token goes in too.
 */
async function followBelt(
  model: LanguageModel,
  cache: KvCache,
  runs: readonly Run[],
  whole: readonly (readonly number[])[],
): Promise<void> {
  let live = runs.map((run, branch) => ({ ...run, branch, fed: run.tokens.length }));
  let logits = (await feed(model, cache, runs)).map((rows) => rows.at(-1)!);
  while (live.length > 0) {
    live.forEach(({ branch, fed }, row) => {
      const token = whole[branch]![fed];
      if (token !== undefined) assertChosen(model, logits[row]!, token, `branch ${branch}, token ${fed}`);
    });
    live = live.filter(({ branch, fed }) => fed < whole[branch]!.length);
    if (live.length === 0) break;
    const step = live.map(({ strand, start, branch, fed }) => ({
      strand,
      tokens: [whole[branch]![fed]!],
      start: start + fed,
    }));
    logits = (await feed(model, cache, step)).map(([row]) => row!);
    live = live.map((branch) => ({ ...branch, fed: branch.fed + 1 }));
  }
}

/** In float32 the token must be the best one; quantized weights may prefer another by their tolerance. */
function assertChosen(model: LanguageModel, logits: Float32Array, token: number, what: string): void {
  const best = argmax(logits);
  const { precision, widePrecision = precision } = model.capabilities;
  const isExact = precision === 'fp32' && widePrecision === 'fp32';
  const slack = isExact ? 0 : 2 * toleranceOf(model).golden;
  assert(
    best === token || logits[best]! - logits[token]! <= slack,
    `${what}: expected ${token}, the model prefers ${best} by ${logits[best]! - logits[token]!}`,
  );
}
