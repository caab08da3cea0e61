import type { TensorElement } from './tensor-source.ts';

/** Bytes of one element. */
export const elementSize: Readonly<Record<TensorElement, number>> = { F32: 4, F16: 2, BF16: 2 };

/** Little-endian elements as float32; exact, since every F16 and BF16 value is a float32 value. */
export function toFloat32(element: TensorElement, bytes: Uint8Array): Float32Array {
  const aligned = bytes.byteOffset % elementSize[element] === 0 ? bytes : bytes.slice();
  const { buffer, byteOffset } = aligned;
  const count = bytes.length / elementSize[element];
  switch (element) {
    case 'F32':
      return new Float32Array(buffer, byteOffset, count);
    case 'BF16':
      return widen(new Uint16Array(buffer, byteOffset, count), (half) => half << 16);
    case 'F16':
      return widen(new Uint16Array(buffer, byteOffset, count), float32Bits);
    default:
      return element satisfies never;
  }
}

function widen(halves: Uint16Array, toBits: (half: number) => number): Float32Array {
  const bits = new Int32Array(halves.length);
  for (let i = 0; i < halves.length; i++) bits[i] = toBits(halves[i]!);
  return new Float32Array(bits.buffer);
}

function float32Bits(half: number): number {
  const sign = (half & 0x8000) << 16;
  const exponent = (half >> 10) & 0x1f;
  const mantissa = half & 0x3ff;
  if (exponent === 0x1f) return sign | 0x7f800000 | (mantissa << 13);
  if (exponent !== 0) return sign | ((exponent + 112) << 23) | (mantissa << 13);
  if (mantissa === 0) return sign;
  // A subnormal half is a normal float: shift its leading one into the implicit place.
  const shift = Math.clz32(mantissa) - 21;
  return sign | ((113 - shift) << 23) | (((mantissa << shift) & 0x3ff) << 13);
}
