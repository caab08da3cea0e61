import type { Linear } from './model-weights.ts';

/** Multiplies one row `[inputs]` by a matrix and adds its bias; returns `[outputs]`. */
export function applyLinear({ weight, bias }: Linear, row: Float64Array): Float64Array {
  const inputs = row.length;
  const outputs = new Float64Array(weight.length / inputs);
  for (let output = 0; output < outputs.length; output++) {
    const start = output * inputs;
    let sum = bias ? bias[output]! : 0;
    for (let input = 0; input < inputs; input++) sum += weight[start + input]! * row[input]!;
    outputs[output] = sum;
  }
  return outputs;
}

/** Scales a row to a root mean square of 1, then by `gain`, of the same length; returns a new row. */
export function normalise(row: Float64Array, gain: Float32Array, epsilon: number): Float64Array {
  let squares = 0;
  for (const value of row) squares += value * value;
  const scale = 1 / Math.sqrt(squares / row.length + epsilon);
  return row.map((value, index) => value * scale * gain[index]!);
}

/** Applies `transform` to every head `[headSize]` of a row `[heads * headSize]`; returns a new row. */
export function mapHeads(
  row: Float64Array,
  headSize: number,
  transform: (head: Float64Array) => Float64Array,
): Float64Array {
  const result = new Float64Array(row.length);
  for (let start = 0; start < row.length; start += headSize) {
    result.set(transform(row.subarray(start, start + headSize)), start);
  }
  return result;
}

/**
 * Rotates a head `[headSize]` to its position: value `i` of the first half and value `i` of the second
 * half turn together by `position * inverseFrequencies[i]` radians.
 */
export function rotate(
  head: Float64Array,
  position: number,
  inverseFrequencies: ArrayLike<number>,
): Float64Array {
  const half = head.length / 2;
  const rotated = new Float64Array(head.length);
  for (let index = 0; index < half; index++) {
    const angle = position * inverseFrequencies[index]!;
    const first = head[index]!;
    const second = head[index + half]!;
    rotated[index] = first * Math.cos(angle) - second * Math.sin(angle);
    rotated[index + half] = second * Math.cos(angle) + first * Math.sin(angle);
  }
  return rotated;
}

/** Turns scores `[key]` into weights that sum to 1; a score of -Infinity becomes 0. */
export function softmax(scores: Float64Array): Float64Array {
  const highest = scores.reduce((best, score) => Math.max(best, score), -Infinity);
  const powers = scores.map((score) => Math.exp(score - highest));
  const total = powers.reduce((sum, power) => sum + power, 0);
  return powers.map((power) => power / total);
}

/** The gate's activation: x times the logistic function of x. */
export function silu(value: number): number {
  return value / (1 + Math.exp(-value));
}

/** Adds `addend` to `row`, of the same length. */
export function addTo(row: Float64Array, addend: Float64Array): void {
  for (let index = 0; index < row.length; index++) row[index]! += addend[index]!;
}
