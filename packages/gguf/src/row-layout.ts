import { readableTypes } from './element-types.ts';
import { GgufError } from './gguf-error.ts';
import type { GgufTensor } from './header.ts';

/**
 * How a tensor divides into rows along its first axis.
 *
 * @throws {GgufError} `UNSUPPORTED_MODEL` for tensors that cannot be read.
 */
export function rowLayout(name: string, tensor: GgufTensor): { rows: number; rowBytes: number } {
  const { type, typeName, shape, byteLength } = tensor;
  if (type === undefined) {
    throw unreadable(name, `is stored as ${typeName}; readable: ${readableTypes.join(', ')}`);
  }
  // Its rows are single values, and a block holds many.
  if (shape.length === 1 && type.blockValues > 1) throw unreadable(name, `is a vector stored as ${typeName}`);
  return { rows: shape[0]!, rowBytes: byteLength / shape[0]! };
}

function unreadable(name: string, problem: string): GgufError {
  return new GgufError(
    'UNSUPPORTED_MODEL',
    `Tensor ${name} ${problem}. Get another quantization of the model, such as Q4_K_M or Q8_0.`,
    { subject: name },
  );
}
