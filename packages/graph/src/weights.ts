import type { OnnxGraph } from './onnx-graph.ts';
import {
  type BlockFormat,
  blockSize,
  type QuantizedBits,
  type QuantizedRows,
  quantizeRows,
} from './quantize.ts';
import type { TensorSource } from './tensor-source.ts';
import type { WeightSink } from './weight-sink.ts';

/** A matrix that is read a few rows at a time: several tensors below one another. */
export interface MatrixRows {
  readonly rows: number;
  readonly columns: number;
  /** float32 pieces `[some rows, columns]` from the first row to the last. */
  read(): AsyncIterable<Float32Array>;
}

/** Values per piece: 4 MiB of float32. */
export const pieceValues = 2 ** 20;

/** Tensors `[rows, columns]` of equal columns as one matrix; `[rows]` counts as one column. */
export function matrixRows(source: TensorSource, names: readonly string[]): MatrixRows {
  return inPieces(source, names, (name, first, end) => source.readRows(name, first, end));
}

/** A matrix as MatMulNBits takes it, read a few rows at a time. */
export interface BlockMatrixRows {
  readonly rows: number;
  readonly columns: number;
  readonly format: BlockFormat;
  read(): AsyncIterable<QuantizedRows>;
}

/** The matrix in the blocks that its tensors are stored in; undefined where they are not, or not all alike. */
export function storedBlocks(source: TensorSource, names: readonly string[]): BlockMatrixRows | undefined {
  const [format, ...others] = names.map((name) => source.tensors.get(name)!.blocks);
  if (format === undefined || others.some((other) => !isSameFormat(other, format))) return undefined;
  return { format, ...inPieces(source, names, (name, first, end) => source.readBlocks!(name, first, end)) };
}

/** The matrix quantized to symmetric blocks as it is read. */
export function quantizedBlocks(matrix: MatrixRows, bits: QuantizedBits): BlockMatrixRows {
  return {
    ...matrix,
    format: { bits, blockSize, hasOffsets: false },
    async *read() {
      for await (const piece of matrix.read()) yield quantizeRows(piece, bits);
    },
  };
}

function isSameFormat(left: BlockFormat | undefined, right: BlockFormat): boolean {
  const names = ['bits', 'blockSize', 'hasOffsets'] as const;
  return names.every((name) => left?.[name] === right[name]);
}

function inPieces<Piece>(
  source: TensorSource,
  names: readonly string[],
  readPiece: (name: string, first: number, end: number) => Promise<Piece>,
): { rows: number; columns: number; read(): AsyncIterable<Piece> } {
  const shapes = names.map((name) => source.tensors.get(name)!.shape);
  const columns = shapes[0]![1] ?? 1;
  const step = Math.max(1, Math.floor(pieceValues / columns));
  return {
    rows: shapes.reduce((sum, shape) => sum + shape[0]!, 0),
    columns,
    async *read() {
      for (const [index, name] of names.entries()) {
        const rows = shapes[index]![0]!;
        for (let first = 0; first < rows; first += step) {
          yield await readPiece(name, first, Math.min(first + step, rows));
        }
      }
    },
  };
}

/** Adds the float32 initializer `[rows, columns]`, or `[rows]` for one column. */
export async function storeRows(
  graph: OnnxGraph,
  sink: WeightSink,
  name: string,
  matrix: MatrixRows,
): Promise<string> {
  const shape = matrix.columns === 1 ? [matrix.rows] : [matrix.rows, matrix.columns];
  return storeFloats(graph, sink, name, shape, matrix.read());
}

/** Adds the float32 initializer `[columns, rows]`, as MatMul wants it; holds the whole matrix once. */
export async function storeTransposed(
  graph: OnnxGraph,
  sink: WeightSink,
  name: string,
  matrix: MatrixRows,
): Promise<string> {
  const { rows, columns } = matrix;
  async function* transposed(): AsyncIterable<Float32Array> {
    const turned = new Float32Array(rows * columns);
    let row = 0;
    for await (const piece of matrix.read()) {
      for (let start = 0; start < piece.length; start += columns, row++) {
        for (let column = 0; column < columns; column++) turned[column * rows + row] = piece[start + column]!;
      }
    }
    yield turned;
  }
  return storeFloats(graph, sink, name, [columns, rows], transposed());
}

/** Adds a float32 initializer of the given shape. */
export async function storeFloats(
  graph: OnnxGraph,
  sink: WeightSink,
  name: string,
  shape: readonly number[],
  pieces: AsyncIterable<Float32Array> | Iterable<Float32Array>,
): Promise<string> {
  const byteLength = 4 * shape.reduce((product, size) => product * size, 1);
  return graph.initializer(name, 'float', shape, await sink.store(byteLength, bytesOf(pieces)));
}

async function* bytesOf(
  pieces: AsyncIterable<Float32Array> | Iterable<Float32Array>,
): AsyncIterable<Uint8Array> {
  for await (const piece of pieces) yield new Uint8Array(piece.buffer, piece.byteOffset, piece.byteLength);
}

/** Names of a quantized matrix's initializers, and what is to be known of them. */
export interface BlockMatrix {
  readonly rows: number;
  readonly columns: number;
  readonly format: BlockFormat;
  /** uint8 `[rows, blocks, blockSize * bits / 8]`. */
  readonly packed: string;
  /** float32 `[rows, blocks]`. */
  readonly scales: string;
  /** float32 `[rows, blocks]`. */
  readonly offsets: string | undefined;
}

/** Adds a quantized matrix; holds its scales and offsets, and a few rows of the rest. */
export async function storeBlocks(
  graph: OnnxGraph,
  sink: WeightSink,
  name: string,
  matrix: BlockMatrixRows,
): Promise<BlockMatrix> {
  const { rows, columns, format } = matrix;
  const blocks = columns / format.blockSize;
  const scales = new Float32Array(rows * blocks);
  const offsets = format.hasOffsets ? new Float32Array(rows * blocks) : undefined;
  let filled = 0;
  async function* packed(): AsyncIterable<Uint8Array> {
    for await (const piece of matrix.read()) {
      scales.set(piece.scales, filled);
      offsets?.set(piece.offsets!, filled);
      filled += piece.scales.length;
      yield piece.packed;
    }
  }
  const stored = await sink.store((rows * columns * format.bits) / 8, packed());
  const shape = [rows, blocks];
  const blockBytes = (format.blockSize * format.bits) / 8;
  return {
    ...{ rows, columns, format },
    packed: graph.initializer(`${name}.packed`, 'uint8', [...shape, blockBytes], stored),
    scales: await storeFloats(graph, sink, `${name}.scales`, shape, [scales]),
    offsets: offsets && (await storeFloats(graph, sink, `${name}.offsets`, shape, [offsets])),
  };
}
