import type { ConfigFields } from './config-fields.ts';

/** Rotary position embedding of a model. */
export interface RopeConfig {
  readonly theta: number;
  /** Llama 3's stretching of the low frequencies; undefined: none. */
  readonly scaling: Llama3Scaling | undefined;
  /** `[headSize / 2]`: what each pair's frequency is divided by, for models that bring the factors themselves. */
  readonly divisors?: readonly number[];
}

export interface Llama3Scaling {
  readonly factor: number;
  readonly lowFrequencyFactor: number;
  readonly highFrequencyFactor: number;
  readonly originalContextLength: number;
}

/** Reads both spellings: `rope_parameters` (Transformers 5), or `rope_theta` with `rope_scaling`. */
export function parseRope(fields: ConfigFields): RopeConfig {
  const spelling = fields.get('rope_parameters') === undefined ? 'rope_scaling' : 'rope_parameters';
  const parameters = fields.object(spelling);
  for (const place of [fields, parameters]) {
    if ((place?.get('partial_rotary_factor') ?? 1) !== 1)
      throw place!.unsupported('partial_rotary_factor', '1');
  }
  if (parameters === undefined) return { theta: fields.number('rope_theta', 10000), scaling: undefined };
  if (parameters.get('full_attention') !== undefined) {
    throw parameters.unsupported('full_attention', 'the same rope parameters in every layer');
  }
  const ownTheta = parameters.get('rope_theta') !== undefined;
  const theta = ownTheta ? parameters.number('rope_theta') : fields.number('rope_theta', 10000);
  const typeField = parameters.get('rope_type') === undefined ? 'type' : 'rope_type';
  const type = parameters.get(typeField) ?? 'default';
  if (type === 'default') return { theta, scaling: undefined };
  if (type !== 'llama3') throw parameters.unsupported(typeField, 'default, llama3');
  return {
    theta,
    scaling: {
      factor: parameters.number('factor'),
      lowFrequencyFactor: parameters.number('low_freq_factor'),
      highFrequencyFactor: parameters.number('high_freq_factor'),
      originalContextLength: parameters.integer('original_max_position_embeddings'),
    },
  };
}

/**
 * Radians per position of each rotated pair: `[headSize / 2]`, falling.
 *
 * Scaling of type llama3 as in Llama 3.1: wavelengths beyond the original context are stretched by the factor,
 * short ones are kept, those between are blended.
 */
export function ropeInverseFrequencies(config: { rope: RopeConfig; headSize: number }): Float64Array {
  const { theta, scaling, divisors } = config.rope;
  const frequencies = new Float64Array(config.headSize / 2);
  for (let i = 0; i < frequencies.length; i++) {
    const frequency = theta ** ((-2 * i) / config.headSize) / (divisors?.[i] ?? 1);
    frequencies[i] = scaling === undefined ? frequency : stretch(frequency, scaling);
  }
  return frequencies;
}

function stretch(frequency: number, scaling: Llama3Scaling): number {
  const { factor, lowFrequencyFactor: low, highFrequencyFactor: high } = scaling;
  const turnsInContext = (scaling.originalContextLength * frequency) / (2 * Math.PI);
  if (turnsInContext > high) return frequency;
  if (turnsInContext < low) return frequency / factor;
  const keep = (turnsInContext - low) / (high - low);
  return keep * frequency + ((1 - keep) * frequency) / factor;
}

/** Cosines and sines of every position, each float32 `[contextLength, headSize / 2]`, computed in double precision. */
export function ropeTables(
  config: { rope: RopeConfig; headSize: number },
  contextLength: number,
): { cosines: Float32Array; sines: Float32Array } {
  const frequencies = ropeInverseFrequencies(config);
  const pairs = frequencies.length;
  const cosines = new Float32Array(contextLength * pairs);
  const sines = new Float32Array(contextLength * pairs);
  for (let position = 0; position < contextLength; position++) {
    for (let pair = 0; pair < pairs; pair++) {
      const angle = position * frequencies[pair]!;
      cosines[position * pairs + pair] = Math.cos(angle);
      sines[position * pairs + pair] = Math.sin(angle);
    }
  }
  return { cosines, sines };
}
