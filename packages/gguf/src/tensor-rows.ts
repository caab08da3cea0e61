import { type QuantizedRows, toFloat32 } from '@beltline/graph';
import { GgufError } from './gguf-error.ts';
import type { GgufFile } from './open-gguf.ts';
import { packBlocks, toValues, unpackBlocks } from './unpack.ts';

/** Stored rows of one tensor as float32, whatever their type. */
export function rowValues(file: GgufFile, name: string, bytes: Uint8Array): Float32Array {
  const type = file.tensors.get(name)!.type!;
  if (type.values.kind === 'float') return toFloat32(type.values.element, bytes);
  return toValues(type.values.format, unpackBlocks(type.values, bytes, type));
}

/** Stored rows of one quantized tensor as blocks of MatMulNBits. */
export function rowBlocks(file: GgufFile, name: string, bytes: Uint8Array): QuantizedRows {
  const type = file.tensors.get(name)!.type!;
  if (type.values.kind === 'float')
    throw new RangeError(`Tensor ${name} is stored as ${type.name}, not in blocks.`);
  return packBlocks(type.values.format, unpackBlocks(type.values, bytes, type));
}

/** A vector of `length` values. */
export async function readFloats(file: GgufFile, name: string, length: number): Promise<Float32Array> {
  const { shape } = file.tensors.get(name)!;
  if (shape.length !== 1 || shape[0] !== length) {
    throw new GgufError('INVALID_METADATA', `Expected ${name} of shape [${length}], got [${shape}].`, {
      subject: name,
    });
  }
  return rowValues(file, name, await file.readRows(name, 0, length));
}
