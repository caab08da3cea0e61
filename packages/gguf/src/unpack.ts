import { type BlockFormat, type QuantizedRows, toFloat32 } from '@beltline/graph';

/** Blocks with one byte per value: value = (code - zero) * scale + offset, zero = 8 for 4 bits, else 128. */
export interface Unpacked {
  readonly codes: Uint8Array;
  readonly scales: Float32Array;
  /** Empty where the format has none. */
  readonly offsets: Float32Array;
}

/** How one of ggml's quantized types becomes blocks of MatMulNBits, which its own blocks consist of. */
export interface Quantization {
  readonly format: BlockFormat;
  /** Writes the values of ggml's block `index`, whose bytes begin at `at`. */
  readonly unpack: (bytes: Uint8Array, at: number, out: Unpacked, index: number) => void;
}

/** Unpacks stored bytes of whole blocks of ggml's, each `blockBytes` for `blockValues` values. */
export function unpackBlocks(
  { format, unpack }: Quantization,
  bytes: Uint8Array,
  { blockValues, blockBytes }: { blockValues: number; blockBytes: number },
): Unpacked {
  const blocks = bytes.length / blockBytes;
  const scales = (blocks * blockValues) / format.blockSize;
  const out: Unpacked = {
    codes: new Uint8Array(blocks * blockValues),
    scales: new Float32Array(scales),
    offsets: new Float32Array(format.hasOffsets ? scales : 0),
  };
  for (let index = 0; index < blocks; index++) unpack(bytes, index * blockBytes, out, index);
  return out;
}

/** As MatMulNBits stores them: two 4-bit codes to a byte, the earlier one in the low half. */
export function packBlocks({ bits, hasOffsets }: BlockFormat, unpacked: Unpacked): QuantizedRows {
  const { codes, scales, offsets } = unpacked;
  return { packed: bits === 8 ? codes : packHalves(codes), scales, ...(hasOffsets && { offsets }) };
}

/** The values as float32. */
export function toValues({ bits, blockSize, hasOffsets }: BlockFormat, unpacked: Unpacked): Float32Array {
  const { codes, scales, offsets } = unpacked;
  const zero = 2 ** (bits - 1);
  const values = new Float32Array(codes.length);
  for (let block = 0, i = 0; block < scales.length; block++) {
    const scale = scales[block]!;
    const offset = hasOffsets ? offsets[block]! : 0;
    for (const end = i + blockSize; i < end; i++) values[i] = (codes[i]! - zero) * scale + offset;
  }
  return values;
}

function packHalves(codes: Uint8Array): Uint8Array {
  const packed = new Uint8Array(codes.length / 2);
  for (let i = 0; i < packed.length; i++) packed[i] = codes[2 * i]! | (codes[2 * i + 1]! << 4);
  return packed;
}

let halves: Float32Array | undefined;

/** The float16 number that the two bytes at `at` are. */
export function half(bytes: Uint8Array, at: number): number {
  halves ??= toFloat32('F16', new Uint8Array(Uint16Array.from({ length: 2 ** 16 }, (_, i) => i).buffer));
  return halves[bytes[at]! | (bytes[at + 1]! << 8)]!;
}
