import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import { DecoderError } from '../errors.ts';
import { requireRange } from '../require-range.ts';
import { createPenalties, type PenaltyOptions } from './penalties.ts';
import { createTruncation, type Truncation } from './truncation.ts';

/**
 * Chooses a token id from logits `[vocabulary]`, which it may change; `tokens` are the ids of the answer so far that the
 * line sees, and from call to call they only grow at their end.
 */
export type Sampler = (logits: Float32Array, tokens?: readonly number[]) => number;

/** How tokens are chosen. Bias and penalties come first, then temperature, then `topK`, `topP` and `minP`. */
export interface SamplingOptions extends PenaltyOptions {
  /** 0 takes the likeliest token (greedy); above, probabilities are softmax(logits / temperature). Default 0. */
  readonly temperature?: number;
  /** Only the k likeliest tokens; 0 means all. Default 0. */
  readonly topK?: number;
  /** Only the likeliest tokens that together reach this probability, in (0, 1]. Default 1. */
  readonly topP?: number;
  /** Only tokens that are at least this share as likely as the likeliest, in [0, 1]. Default 0. */
  readonly minP?: number;
  /** Integer that makes sampling repeatable; by default a random one. */
  readonly seed?: number;
}

/**
 * Makes samplers, each with the random stream of its number, so that a branch's choices do not depend on its siblings.
 *
 * @param exempt token ids that are not penalised.
 * @throws RangeError if an option is out of its range.
 *
 * @example
 * const createSampler = createSamplers({ temperature: 0.7, topP: 0.9, seed: 1 });
 * const token = createSampler(0)(logits);
 */
export function createSamplers(
  options: SamplingOptions = {},
  exempt: ReadonlySet<number> = new Set(),
): (stream: number) => Sampler {
  const { temperature = 0, topK = 0, topP = 1, minP = 0 } = options;
  const { seed = Math.floor(Math.random() * 2 ** 31) } = options;
  requireRange(
    'temperature',
    temperature,
    'a number of at least 0',
    Number.isFinite(temperature) && temperature >= 0,
  );
  requireRange('topK', topK, 'an integer of at least 0', Number.isInteger(topK) && topK >= 0);
  requireRange('topP', topP, 'in (0, 1]', typeof topP === 'number' && topP > 0 && topP <= 1);
  requireRange('minP', minP, 'in [0, 1]', typeof minP === 'number' && minP >= 0 && minP <= 1);
  requireRange('seed', seed, 'an integer', Number.isInteger(seed));
  const choose =
    temperature === 0 || topK === 1
      ? () => likeliest
      : createDraws({ temperature, seed }, createTruncation({ topK, topP, minP }));

  const createPenalty = createPenalties(options, exempt);
  if (!createPenalty) return choose;
  return (stream) => {
    const penalise = createPenalty();
    const chooseNext = choose(stream);
    return (logits, tokens = []) => {
      penalise(logits, tokens);
      return chooseNext(logits);
    };
  };
}

function createDraws(
  { temperature, seed }: { temperature: number; seed: number },
  truncate: Truncation | undefined,
): (stream: number) => (logits: Float32Array) => number {
  let distances = new Float64Array(0);
  return (stream) => {
    // Odd constants from the golden ratio keep neighbouring seeds and streams apart.
    const generator = xoroshiro128plus(Math.imul(seed, 0x9e3779b1) ^ Math.imul(stream + 1, 0x85ebca6b));
    return (logits) => {
      const best = logits[likeliest(logits)]!;
      if (distances.length !== logits.length) distances = new Float64Array(logits.length);
      for (let token = 0; token < logits.length; token++) {
        distances[token] = (best - logits[token]!) / temperature;
      }
      truncate?.(distances);
      return draw(distances, uniformFloat64(generator));
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

/** Draws a token in proportion to e^-distance, and turns the distances into weights; `uniform` is in [0, 1). */
function draw(distances: Float64Array, uniform: number): number {
  const weights = distances;
  let total = 0;
  for (let token = 0; token < weights.length; token++) {
    weights[token] = distances[token] === Infinity ? 0 : Math.exp(-distances[token]!);
    total += weights[token]!;
  }
  let rest = uniform * total;
  let last = 0;
  for (let token = 0; token < weights.length; token++) {
    if (weights[token] === 0) continue;
    last = token;
    rest -= weights[token]!;
    if (rest < 0) break;
  }
  return last;
}

function invalidLogits(logits: Float32Array): DecoderError {
  const at = logits.findIndex((value) => Number.isNaN(value) || value === Infinity);
  const broken = 'its weights or its precision are broken, try another precision or file';
  const message =
    at < 0
      ? `all logits are nothing but -Infinity: constraints and logitBias must leave a token; where the model gives none, ${broken}`
      : `the model gave ${logits[at]} for token ${at} in its logits: ${broken}`;
  return new DecoderError('INVALID_LOGITS', message);
}
