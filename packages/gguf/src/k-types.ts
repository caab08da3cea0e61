// ggml's types of 256 values with scales of scales ("k-quants"), laid out as in ggml-common.h. Each holds 8 blocks of 32
// values with a scale and a minimum, or 16 blocks of 16 with a scale: exactly blocks of MatMulNBits, so nothing is lost.

import { half, type Unpacked } from './unpack.ts';

export function unpackQ4_K(bytes: Uint8Array, at: number, out: Unpacked, index: number): void {
  unpackScales(bytes, at, out, 8 * index, 8);
  const { codes } = out;
  // 32 bytes hold two blocks: one in the low halves, one in the high halves.
  for (let i = 0; i < 128; i++) {
    const pair = bytes[at + 16 + i]!;
    const place = 256 * index + 64 * (i >> 5) + (i & 31);
    codes[place] = pair & 15;
    codes[place + 32] = pair >> 4;
  }
}

export function unpackQ5_K(bytes: Uint8Array, at: number, out: Unpacked, index: number): void {
  unpackScales(bytes, at, out, 8 * index, 16);
  const { codes } = out;
  // Bit b of fifth byte i belongs to value i of block b.
  for (let i = 0; i < 128; i++) {
    const pair = bytes[at + 48 + i]!;
    const fifths = bytes[at + 16 + (i & 31)]! >> (2 * (i >> 5));
    const place = 256 * index + 64 * (i >> 5) + (i & 31);
    codes[place] = (pair & 15) + 16 * (fifths & 1) + 112;
    codes[place + 32] = (pair >> 4) + 16 * ((fifths >> 1) & 1) + 112;
  }
}

export function unpackQ6_K(bytes: Uint8Array, at: number, { codes, scales }: Unpacked, index: number): void {
  const scale = half(bytes, at + 208);
  for (let block = 0; block < 16; block++) {
    scales[16 * index + block] = scale * ((bytes[at + 192 + block]! << 24) >> 24);
  }
  // Each half of the values: 64 bytes with the low four bits, 32 bytes with the high two of four values each.
  for (let i = 0; i < 64; i++) {
    const part = i >> 5;
    const low = at + 64 * part + (i & 31);
    const highs = bytes[at + 128 + i]!;
    const place = 256 * index + 128 * part + (i & 31);
    for (let quarter = 0; quarter < 4; quarter++) {
      const pair = bytes[low + 32 * (quarter & 1)]!;
      const code = ((pair >> (quarter & 2 ? 4 : 0)) & 15) | (((highs >> (2 * quarter)) & 3) << 4);
      // 32 is zero.
      codes[place + 32 * quarter] = code + 96;
    }
  }
}

/** Scales and offsets of eight blocks: two float16 factors, then 6 bits each for scale and minimum, in 12 bytes. */
function unpackScales(bytes: Uint8Array, at: number, out: Unpacked, first: number, zero: number): void {
  const scaleFactor = half(bytes, at);
  const minimumFactor = half(bytes, at + 2);
  for (let block = 0; block < 8; block++) {
    const [scaleBits, minimumBits] = sixBits(bytes, at + 4, block);
    const scale = scaleFactor * scaleBits;
    out.scales[first + block] = scale;
    out.offsets[first + block] = zero * scale - minimumFactor * minimumBits;
  }
}

/** The first four blocks use the low bits of their bytes, the others the last four bytes and the bits left over. */
function sixBits(bytes: Uint8Array, at: number, block: number): [scale: number, minimum: number] {
  if (block < 4) return [bytes[at + block]! & 63, bytes[at + block + 4]! & 63];
  const pair = bytes[at + block + 4]!;
  return [(pair & 15) | ((bytes[at + block - 4]! >> 6) << 4), (pair >> 4) | ((bytes[at + block]! >> 6) << 4)];
}
