import { TRUNK } from '@beltline/mask';
import type { KvCache, LanguageModel } from '../language-model.ts';

/** Tokens in a row on one strand, at the positions from `start` on. */
export interface Run {
  readonly strand: number;
  readonly tokens: readonly number[];
  readonly start: number;
}

/** Feeds runs in one pass, run after run, and returns copies of all their logits, `[run][token][vocabulary]`. */
export async function feed(
  model: LanguageModel,
  cache: KvCache,
  runs: readonly Run[],
): Promise<Float32Array[][]> {
  const tokens = runs.flatMap((run) => run.tokens);
  const rows = await model.forward(cache, {
    tokens,
    positions: runs.flatMap((run) => run.tokens.map((_, index) => run.start + index)),
    strands: runs.flatMap((run) => run.tokens.map(() => run.strand)),
    logitsRows: tokens.map((_, index) => index),
  });
  const copies = rows.map((row) => row.slice());
  return runs.map((run) => copies.splice(0, run.tokens.length));
}

/** Feeds one run and returns copies of its logits, `[token][vocabulary]`. */
export async function feedRun(model: LanguageModel, cache: KvCache, run: Run): Promise<Float32Array[]> {
  const [rows] = await feed(model, cache, [run]);
  return rows!;
}

/**
 * Feeds runs in lock step: pass `k` holds token `k` of every run that is that long. Returns all logits,
 * `[run][token][vocabulary]`.
 */
export async function feedInLockStep(
  model: LanguageModel,
  cache: KvCache,
  runs: readonly Run[],
): Promise<Float32Array[][]> {
  const logits: Float32Array[][] = runs.map(() => []);
  const longest = Math.max(...runs.map((run) => run.tokens.length));
  for (let index = 0; index < longest; index++) {
    const live = runs.flatMap((run, at) => (index < run.tokens.length ? [at] : []));
    const rows = await feed(
      model,
      cache,
      live.map((at) => ({
        strand: runs[at]!.strand,
        tokens: [runs[at]!.tokens[index]!],
        start: runs[at]!.start + index,
      })),
    );
    live.forEach((at, order) => {
      logits[at]!.push(...rows[order]!);
    });
  }
  return logits;
}

/**
 * Feeds the prefix to a fresh cache and adds a strand for each branch; returns the branches' runs, which begin
 * where the prefix ends, not fed yet.
 */
export async function fork(
  model: LanguageModel,
  prefix: readonly number[],
  branches: readonly (readonly number[])[],
): Promise<{ cache: KvCache; runs: Run[] }> {
  const cache = model.createCache();
  await feedRun(model, cache, { strand: TRUNK, tokens: prefix, start: 0 });
  return {
    cache,
    runs: branches.map((tokens) => ({ strand: cache.strands.add(TRUNK), tokens, start: prefix.length })),
  };
}

/** Index of the greatest value; the first of equals. */
export function argmax(logits: ArrayLike<number>): number {
  let best = 0;
  for (let index = 1; index < logits.length; index++) if (logits[index]! > logits[best]!) best = index;
  return best;
}
