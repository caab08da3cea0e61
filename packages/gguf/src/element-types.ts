import type { BlockFormat, TensorElement } from '@beltline/graph';
import { unpackQ4_K, unpackQ5_K, unpackQ6_K } from './k-types.ts';
import { unpackQ4_0, unpackQ4_1, unpackQ5_0, unpackQ5_1, unpackQ8_0 } from './simple-types.ts';
import type { Quantization } from './unpack.ts';

/** How a tensor's values are stored: runs of `blockValues` values take `blockBytes` bytes. */
export interface ElementType {
  readonly name: string;
  readonly blockValues: number;
  readonly blockBytes: number;
  readonly values:
    | { readonly kind: 'float'; readonly element: TensorElement }
    | ({ readonly kind: 'quantized' } & Quantization);
}

/** `ggml_type` by number: those that can be read. Nothing is rounded but offsets, sums of two float32 numbers. */
const readable = new Map<number, ElementType>([
  [0, float('F32', 4)],
  [1, float('F16', 2)],
  [2, quantized('Q4_0', 32, 18, { bits: 4, blockSize: 32, hasOffsets: false }, unpackQ4_0)],
  [3, quantized('Q4_1', 32, 20, { bits: 4, blockSize: 32, hasOffsets: true }, unpackQ4_1)],
  [6, quantized('Q5_0', 32, 22, { bits: 8, blockSize: 32, hasOffsets: false }, unpackQ5_0)],
  [7, quantized('Q5_1', 32, 24, { bits: 8, blockSize: 32, hasOffsets: true }, unpackQ5_1)],
  [8, quantized('Q8_0', 32, 34, { bits: 8, blockSize: 32, hasOffsets: false }, unpackQ8_0)],
  [12, quantized('Q4_K', 256, 144, { bits: 4, blockSize: 32, hasOffsets: true }, unpackQ4_K)],
  [13, quantized('Q5_K', 256, 176, { bits: 8, blockSize: 32, hasOffsets: true }, unpackQ5_K)],
  [14, quantized('Q6_K', 256, 210, { bits: 8, blockSize: 16, hasOffsets: false }, unpackQ6_K)],
  [30, float('BF16', 2)],
]);

/** Names of the others that people meet, for messages. */
const otherNames = new Map<number, string>([
  ...(['Q8_1', 'Q2_K', 'Q3_K'] as const).map((name, i) => [9 + i, name] as const),
  ...(['Q8_K', 'IQ2_XXS', 'IQ2_XS', 'IQ3_XXS', 'IQ1_S', 'IQ4_NL', 'IQ3_S', 'IQ2_S', 'IQ4_XS'] as const).map(
    (name, i) => [15 + i, name] as const,
  ),
  ...(['I8', 'I16', 'I32', 'I64', 'F64', 'IQ1_M'] as const).map((name, i) => [24 + i, name] as const),
  [34, 'TQ1_0'],
  [35, 'TQ2_0'],
  [39, 'MXFP4'],
]);

/** Names of the types whose tensors can be read. */
export const readableTypes: readonly string[] = [...readable.values()].map(({ name }) => name);

/** Undefined for types that cannot be read. */
export function elementType(type: number): ElementType | undefined {
  return readable.get(type);
}

export function elementTypeName(type: number): string {
  return readable.get(type)?.name ?? otherNames.get(type) ?? `type ${type}`;
}

function float(element: TensorElement, blockBytes: number): ElementType {
  return { name: element, blockValues: 1, blockBytes, values: { kind: 'float', element } };
}

function quantized(
  name: string,
  blockValues: number,
  blockBytes: number,
  format: BlockFormat,
  unpack: Quantization['unpack'],
): ElementType {
  return { name, blockValues, blockBytes, values: { kind: 'quantized', format, unpack } };
}
