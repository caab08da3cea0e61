import {
  blockSize,
  type QuantizedBits,
  type QuantizedRows,
  quantizeRows,
  type TensorSource,
} from '../src/index.ts';

/** The definition, value by value. */
export function dequantize({ packed, scales }: QuantizedRows, bits: QuantizedBits): Float32Array {
  const values = new Float32Array((packed.length * 8) / bits);
  for (let i = 0; i < values.length; i++) {
    const byte = packed[Math.floor((i * bits) / 8)]!;
    const code = bits === 8 ? byte : i % 2 === 0 ? byte & 15 : byte >> 4;
    values[i] = (code - 2 ** (bits - 1)) * scales[Math.floor(i / blockSize)]!;
  }
  return values;
}

/** A checkpoint as a quantized graph sees it: every matrix through quantization and back. */
export function dequantized(source: TensorSource, bits: QuantizedBits): TensorSource {
  return {
    tensors: source.tensors,
    async readRows(name, first, end) {
      const values = await source.readRows(name, first, end);
      return source.tensors.get(name)!.shape.length === 2
        ? dequantize(quantizeRows(values, bits), bits)
        : values;
    },
  };
}
