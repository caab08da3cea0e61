// ggml's types of one scale per 32 values, laid out as in ggml-common.h (github.com/ggml-org/llama.cpp). Codes are moved so
// that their zero is 8 or 128, which MatMulNBits takes for granted; where ggml adds a minimum, the offset makes up for it.

import { half, type Unpacked } from './unpack.ts';

export function unpackQ4_0(bytes: Uint8Array, at: number, out: Unpacked, index: number): void {
  out.scales[index] = half(bytes, at);
  unpackHalves(bytes, at + 2, out, index);
}

export function unpackQ4_1(bytes: Uint8Array, at: number, out: Unpacked, index: number): void {
  const scale = half(bytes, at);
  out.scales[index] = scale;
  out.offsets[index] = half(bytes, at + 2) + 8 * scale;
  unpackHalves(bytes, at + 4, out, index);
}

export function unpackQ5_0(bytes: Uint8Array, at: number, out: Unpacked, index: number): void {
  out.scales[index] = half(bytes, at);
  unpackFifths(bytes, at + 2, out, index);
}

export function unpackQ5_1(bytes: Uint8Array, at: number, out: Unpacked, index: number): void {
  const scale = half(bytes, at);
  out.scales[index] = scale;
  out.offsets[index] = half(bytes, at + 2) + 16 * scale;
  unpackFifths(bytes, at + 4, out, index);
}

export function unpackQ8_0(bytes: Uint8Array, at: number, { codes, scales }: Unpacked, index: number): void {
  scales[index] = half(bytes, at);
  // A signed byte plus 128 is the same byte with its sign bit turned over.
  for (let i = 0; i < 32; i++) codes[32 * index + i] = bytes[at + 2 + i]! ^ 0x80;
}

/** 16 bytes: the low halves are the first 16 values, the high halves the others. */
function unpackHalves(bytes: Uint8Array, at: number, { codes }: Unpacked, index: number): void {
  for (let i = 0; i < 16; i++) {
    const pair = bytes[at + i]!;
    codes[32 * index + i] = pair & 15;
    codes[32 * index + 16 + i] = pair >> 4;
  }
}

/** Four bytes with the fifth bits of 32 values, and then their halves; 16 becomes 128. */
function unpackFifths(bytes: Uint8Array, at: number, out: Unpacked, index: number): void {
  unpackHalves(bytes, at + 4, out, index);
  for (let i = 0; i < 32; i++) {
    const fifth = (bytes[at + (i >> 3)]! >> (i & 7)) & 1;
    out.codes[32 * index + i]! += 16 * fifth + 112;
  }
}
