import type { OnnxGraph } from './onnx-graph.ts';
import { blockSize, type QuantizedBits, quantizeRows } from './quantize.ts';
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
const pieceValues = 2 ** 20;

/** Tensors `[rows, columns]` of equal columns as one matrix; `[rows]` counts as one column. */
export function matrixRows(source: TensorSource, names: readonly string[]): MatrixRows {
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
          yield await source.readRows(name, first, Math.min(first + step, rows));
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

/** Names of a quantized matrix's initializers. */
export interface QuantizedMatrix {
  /** uint8 `[rows, columns / 32, 32 * bits / 8]`. */
  readonly packed: string;
  /** float32 `[rows, columns / 32]`. */
  readonly scales: string;
}

/** Adds a quantized matrix; holds its scales, and a few rows of the rest. */
export async function storeQuantized(
  graph: OnnxGraph,
  sink: WeightSink,
  name: string,
  matrix: MatrixRows,
  bits: QuantizedBits,
): Promise<QuantizedMatrix> {
  const { rows, columns } = matrix;
  const blocks = columns / blockSize;
  const scales = new Float32Array(rows * blocks);
  let filled = 0;
  async function* packed(): AsyncIterable<Uint8Array> {
    for await (const piece of matrix.read()) {
      const quantized = quantizeRows(piece, bits);
      scales.set(quantized.scales, filled);
      filled += quantized.scales.length;
      yield quantized.packed;
    }
  }
  const stored = await sink.store((rows * columns * bits) / 8, packed());
  return {
    packed: graph.initializer(`${name}.packed`, 'uint8', [rows, blocks, (blockSize * bits) / 8], stored),
    scales: await storeFloats(graph, sink, `${name}.scales`, [rows, blocks], [scales]),
  };
}
