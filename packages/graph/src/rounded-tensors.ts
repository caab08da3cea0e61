import type { Precision } from './graph-parts.ts';
import { roundRows } from './quantize.ts';
import type { TensorSource } from './tensor-source.ts';

/**
 * Weights with the values that they have in a graph of some precision, as float32. A graph of another precision that is
 * built from them says nearly what the first one says, so that both can take turns over one cache. Matrices that are stored in blocks
 * have their values already; for fp32 and w8a8 nothing is rounded.
 *
 * @example
 * const tensors = roundedTensors(checkpoint.tensors, 'int4');
 * const wide = await buildBeltGraph({ config, tensors, precision: 'w8a8', weights });
 */
export function roundedTensors(source: TensorSource, precision: Precision): TensorSource {
  if (precision !== 'int4' && precision !== 'int8') return source;
  const bits = precision === 'int4' ? 4 : 8;
  return {
    ...source,
    async readRows(name, first, end) {
      const values = await source.readRows(name, first, end);
      const { shape, blocks } = source.tensors.get(name)!;
      return shape.length === 2 && blocks === undefined ? roundRows(values, bits) : values;
    },
  };
}
