/** Values that share one scale: MatMulNBits' block size. */
export const blockSize = 32;

export type QuantizedBits = 4 | 8;

/** Rows of weights in the layout of `com.microsoft.MatMulNBits`. */
export interface QuantizedRows {
  /** uint8 `[rows, columns / 32, 32 * bits / 8]`; 4-bit values: the earlier one in the low half. */
  readonly packed: Uint8Array;
  /** float32 `[rows, columns / 32]`; value = (stored - zero) * scale, zero = 8 or 128. */
  readonly scales: Float32Array;
  /** float32 `[rows, columns / 32]`, added to every value of the block; undefined: nothing is. */
  readonly offsets?: Float32Array;
}

/** How rows are cut into blocks, where it is not the way of {@link quantizeRows}: {@link QuantizedRows} with other sizes. */
export interface BlockFormat {
  readonly bits: QuantizedBits;
  /** Values that share a scale: a power of 2, at least 16. */
  readonly blockSize: number;
  readonly hasOffsets: boolean;
}

/**
 * Quantizes rows whose length is a multiple of 32, block by block and symmetrically: a block's value of largest
 * magnitude becomes the lowest code (0), exactly; no value is further than one scale from what it becomes.
 *
 * Blocks do not depend on each other, so a matrix can be quantized a few rows at a time.
 */
export function quantizeRows(values: Float32Array, bits: QuantizedBits): QuantizedRows {
  const { codes, scales } = codeBlocks(values, bits);
  return { packed: bits === 8 ? codes : packHalves(codes), scales };
}

/** What {@link quantizeRows} makes of the values, as values again. */
export function roundRows(values: Float32Array, bits: QuantizedBits): Float32Array {
  const { codes, scales } = codeBlocks(values, bits);
  const zero = 2 ** (bits - 1);
  return values.map((_, i) => (codes[i]! - zero) * scales[Math.floor(i / blockSize)]!);
}

/** A code in [0, 2^bits) for each value, and a scale for each block. */
function codeBlocks(values: Float32Array, bits: QuantizedBits): { codes: Uint8Array; scales: Float32Array } {
  if (values.length % blockSize !== 0) {
    throw new RangeError(`Expected whole blocks of ${blockSize} values, got ${values.length} values.`);
  }
  const zero = 2 ** (bits - 1);
  const codes = new Uint8Array(values.length);
  const scales = new Float32Array(values.length / blockSize);
  for (let block = 0; block < scales.length; block++) {
    const start = block * blockSize;
    const scale = Math.fround(extreme(values, start) / -zero);
    scales[block] = scale;
    const inverse = scale === 0 ? 0 : 1 / scale;
    for (let i = start; i < start + blockSize; i++) {
      codes[i] = Math.min(Math.round(values[i]! * inverse) + zero, 2 * zero - 1);
    }
  }
  return { codes, scales };
}

/** Codes of whole rows lie in [-127, 127]. */
export const largestCode = 127;

/**
 * Quantizes rows to whole numbers in [-127, 127], each with one scale, which is the magnitude of its largest value / 127: no
 * value is further than half a scale from what it becomes.
 *
 * @param values float32 `[rows, columns]`.
 */
export function quantizeOutputs(
  values: Float32Array,
  columns: number,
): { codes: Int8Array; scales: Float32Array } {
  const codes = new Int8Array(values.length);
  const scales = new Float32Array(values.length / columns);
  for (let row = 0; row < scales.length; row++) {
    const start = row * columns;
    let largest = 0;
    for (let i = start; i < start + columns; i++) largest = Math.max(largest, Math.abs(values[i]!));
    const inverse = largest === 0 ? 0 : largestCode / largest;
    scales[row] = largest / largestCode;
    for (let i = start; i < start + columns; i++) codes[i] = Math.round(values[i]! * inverse);
  }
  return { codes, scales };
}

/** The value of largest magnitude in the block, with its sign. */
function extreme(values: Float32Array, start: number): number {
  let found = 0;
  for (let i = start; i < start + blockSize; i++) {
    if (Math.abs(values[i]!) > Math.abs(found)) found = values[i]!;
  }
  return found;
}

function packHalves(codes: Uint8Array): Uint8Array {
  const packed = new Uint8Array(codes.length / 2);
  for (let i = 0; i < packed.length; i++) packed[i] = codes[2 * i]! | (codes[2 * i + 1]! << 4);
  return packed;
}
