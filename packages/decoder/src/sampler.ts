import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import { DecoderError } from './errors.ts';

/** Chooses a token id from logits `[vocabulary]`. */
export type Sampler = (logits: Float32Array) => number;

/** How tokens are chosen. */
export interface SamplingOptions {
  /** 0 takes the likeliest token (greedy); above, probabilities are softmax(logits / temperature). Default 0. */
  readonly temperature?: number;
  /** Only the k likeliest tokens; 0 means all. Default 0. */
  readonly topK?: number;
  /** Only the likeliest tokens that together reach this probability, in (0, 1]. Default 1. */
  readonly topP?: number;
  /** Integer that makes sampling repeatable; by default a random one. */
  readonly seed?: number;
}

/**
 * Makes one sampler per strand: strand 0 is the trunk, branch `b` is strand `b + 1`.
 *
 * Each has a random stream of its own, so that a branch's choices do not depend on its siblings.
 *
 * @throws RangeError if an option is out of its range.
 *
 * @example
 * const createSampler = createSamplers({ temperature: 0.7, topP: 0.9, seed: 1 });
 * const token = createSampler(0)(logits);
 */
export function createSamplers(options: SamplingOptions = {}): (strand: number) => Sampler {
  const { temperature = 0, topK = 0, topP = 1, seed = Math.floor(Math.random() * 2 ** 31) } = options;
  if (!(temperature >= 0 && temperature < Infinity)) {
    throw new RangeError(`temperature must be a number of at least 0, got ${temperature}`);
  }
  if (!Number.isInteger(topK) || topK < 0)
    throw new RangeError(`topK must be an integer of at least 0, got ${topK}`);
  if (!(topP > 0 && topP <= 1)) throw new RangeError(`topP must be in (0, 1], got ${topP}`);
  if (!Number.isInteger(seed)) throw new RangeError(`seed must be an integer, got ${seed}`);

  if (temperature === 0 || topK === 1) return () => likeliest;
  return (strand) => {
    // Odd constants from the golden ratio keep neighbouring seeds and strands apart.
    const generator = xoroshiro128plus(Math.imul(seed, 0x9e3779b1) ^ Math.imul(strand + 1, 0x85ebca6b));
    return (logits) => {
      const candidates = mostLikely(logits, temperature, topK, topP);
      return draw(candidates, uniformFloat64(generator));
    };
  };
}

/** The token with the largest logit; the first of equals. */
function likeliest(logits: Float32Array): number {
  let best = 0;
  for (let token = 0; token < logits.length; token++) {
    const value = logits[token]!;
    if (value > logits[best]!) best = token;
    else if (Number.isNaN(value)) throw invalidLogits(logits);
  }
  if (!Number.isFinite(logits[best]!)) throw invalidLogits(logits);
  return best;
}

interface Candidates {
  /** Token ids, `[candidate]`. */
  readonly tokens: readonly number[];
  /** Unnormalised probabilities, `[candidate]`. */
  readonly weights: readonly number[];
}

/** Below the largest logit by this many temperatures, a token's weight is under 5e-5 of the best one's. */
const NEAR = 10;

function mostLikely(logits: Float32Array, temperature: number, topK: number, topP: number): Candidates {
  const best = logits[likeliest(logits)]!;
  const weightOf = (token: number) => Math.exp((logits[token]! - best) / temperature);
  const tokens = Array.from(logits.keys());
  if (topK === 0 && topP === 1) return { tokens, weights: tokens.map(weightOf) };

  // Sorting the few near the top is enough, unless the limits reach beyond them.
  let sorted = sortByLogit(
    tokens.filter((token) => logits[token]! > best - NEAR * temperature),
    logits,
  );
  const sumAll = sum(tokens, weightOf);
  if (topK > sorted.length || topP * sumAll > sum(sorted, weightOf)) sorted = sortByLogit(tokens, logits);
  if (topK > 0) sorted = sorted.slice(0, topK);
  const weights = sorted.map(weightOf);
  if (topP === 1) return { tokens: sorted, weights };

  const target = topP * (topK > 0 ? sum(sorted, weightOf) : sumAll);
  let reached = 0;
  let count = 0;
  while (count < weights.length && reached < target) reached += weights[count++]!;
  return { tokens: sorted.slice(0, count), weights: weights.slice(0, count) };
}

function sum(tokens: readonly number[], weightOf: (token: number) => number): number {
  return tokens.reduce((total, token) => total + weightOf(token), 0);
}

function sortByLogit(tokens: number[], logits: Float32Array): number[] {
  return tokens.sort((a, b) => logits[b]! - logits[a]! || a - b);
}

/** @param uniform in [0, 1). */
function draw({ tokens, weights }: Candidates, uniform: number): number {
  let rest = uniform * weights.reduce((total, weight) => total + weight, 0);
  for (let index = 0; index < tokens.length; index++) {
    rest -= weights[index]!;
    if (rest < 0) return tokens[index]!;
  }
  return tokens.at(-1)!;
}

function invalidLogits(logits: Float32Array): DecoderError {
  const at = logits.findIndex((value) => Number.isNaN(value) || value === Infinity);
  const what = at < 0 ? 'nothing but -Infinity' : `${logits[at]} for token ${at}`;
  return new DecoderError(
    'INVALID_LOGITS',
    `the model gave ${what} in its logits: its weights or its precision are broken, try another precision or file`,
  );
}
