import { checkpointLayout } from './checkpoint-layout.ts';
import type { ModelConfig } from './model-config.ts';
import type { TensorDescription, TensorSource } from './tensor-source.ts';

/**
 * Random weights of any model's shape, for benchmarks and tests: norms about 1, everything else about
 * 1 / sqrt(inputs). A value depends on seed, tensor and place only; nothing is kept in memory.
 *
 * @example
 * const tensors = randomCheckpoint(config, 7);
 */
export function randomCheckpoint(config: ModelConfig, seed: number): TensorSource {
  const tensors = new Map<string, TensorDescription>();
  for (const [name, shape] of checkpointLayout(config)) tensors.set(name, { element: 'F32', shape });
  const indices = new Map([...tensors.keys()].map((name, index) => [name, index]));
  return {
    tensors,
    async readRows(name, first, end) {
      const description = tensors.get(name);
      if (description === undefined) throw new RangeError(`There is no tensor named ${name}.`);
      const columns = description.shape[1] ?? 1;
      const start = scramble(seed ^ scramble(indices.get(name)! + 1));
      const norm = name.endsWith('norm.weight');
      const scale = norm ? 0.1 : Math.sqrt(3 / Math.max(columns, 16));
      const values = new Float32Array((end - first) * columns);
      for (let i = 0; i < values.length; i++) {
        const uniform = scramble(start + first * columns + i) / 2 ** 31 - 1;
        values[i] = (norm ? 1 : 0) + scale * uniform;
      }
      return values;
    },
  };
}

/** A bijective 32-bit hash (Murmur 3's finalizer): neighbouring places get unrelated values. */
function scramble(value: number): number {
  let hash = value | 0;
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}
