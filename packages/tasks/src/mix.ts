import { generateProblems, type ProblemOptions } from './create-problems.ts';
import type { Problem } from './problem.ts';
import { createRandom } from './random.ts';
import type { Split } from './split.ts';

/** One part of a mix: what `createProblems` takes, and the part's share by weight (1 by default). */
export type MixPart = Omit<ProblemOptions, 'seed' | 'count' | 'split'> & { readonly weight?: number };

export interface MixOptions {
  /** A whole number of 32 bits. */
  readonly seed: number;
  readonly count: number;
  readonly split: Split;
  readonly parts: readonly MixPart[];
}

/**
 * Makes problems of several parts in random order, one at a time; fewer problems are the first ones of more.
 *
 * @throws RangeError as `createProblems`, and if there is no part or a weight is not above 0.
 *
 * @example
 * ```ts
 * const parts = [{ family: 'retrieval', items: { min: 3, max: 30 }, weight: 3 }, { family: 'planning' }] as const;
 * for (const problem of generateMix({ seed: 1, count: 1000, split: 'training', parts })) console.log(problem.id);
 * ```
 */
export function generateMix({ seed, count, split, parts }: MixOptions): Generator<Problem, undefined> {
  if (parts.length === 0) throw new RangeError('expected at least one part, got none');
  const sources = parts.map(({ weight = 1, ...part }, index): Source => {
    if (!(weight > 0 && Number.isFinite(weight))) {
      throw new RangeError(`expected the weight of part ${index} to be a number above 0, got ${weight}`);
    }
    return [generateProblems({ ...part, split, count, seed: seedOfPart(seed, index) }), weight];
  });
  return interleave(sources, seed, count);
}

type Source = readonly [problems: Generator<Problem, undefined>, weight: number];

function* interleave(sources: readonly Source[], seed: number, count: number): Generator<Problem, undefined> {
  const random = createRandom(seed);
  for (let made = 0; made < count; made += 1) {
    // No source can end: each has as many problems as the mix.
    yield random.pickWeighted(sources).next().value!;
  }
}

/** Parts must not share a seed: they would share names and ids. Multiplied by an odd number, no two of one mix do. */
function seedOfPart(seed: number, index: number): number {
  return Math.imul(seed ^ Math.imul(index + 1, 0x9e3779b1), 0x85ebca6b) >>> 0;
}
