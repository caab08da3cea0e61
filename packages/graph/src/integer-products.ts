import type { OnnxGraph } from './onnx-graph.ts';
import { orthogonalFactors, orthogonalMatrix } from './orthogonal.ts';
import { largestCode, quantizeOutputs } from './quantize.ts';
import type { WeightSink } from './weight-sink.ts';
import { type MatrixRows, storeFloats } from './weights.ts';

/** Products in which both sides are whole numbers of 8 bits: a scale for each row of the inputs, one for each output. */
export interface IntegerProducts {
  /** input `[1, N, columns]`, or of rank 2 `[N, columns]`, times the transposed matrix `[rows, columns]`. */
  multiply(name: string, input: string, matrix: MatrixRows, rank?: 2 | 3): Promise<string>;
  /**
   * input `[1, N, size]` times Q(size) of orthogonal.ts, in two products of the matrices' factors `[p, q]`. The values of a row
   * then come as `[q, p]`.
   */
  spread(name: string, input: string, size: number): Promise<string>;
}

/** Codes of a row of inputs lie {@link largestCode} on either side of this. */
const middle = 128;

export function integerProducts(graph: OnnxGraph, sink: WeightSink): IntegerProducts {
  const zero = graph.initializer('codes.middle', 'uint8', [], inline(Uint8Array.of(middle)));
  const step = graph.initializer('codes.step', 'float', [], inline(Float32Array.of(1 / largestCode)));
  const one = graph.initializer('codes.one', 'float', [1], inline(Float32Array.of(1)));
  const quantized = new Map<string, { codes: string; largest: string }>();
  const squares = new Map<number, string>();

  /** A row's codes say what part of its largest magnitude each value is, so that no row depends on another. */
  function quantize(input: string, rank: 2 | 3) {
    const found = quantized.get(input);
    if (found !== undefined) return found;
    const name = `${input}.codes`;
    const magnitudes = graph.node(`${name}.magnitudes`, 'Abs', [input]);
    // Of an axis counted from the end, onnxruntime 1.30 makes nothing where there are no rows.
    const lastAxis = graph.integers(`${name}.axis`, [rank - 1]);
    const largest = graph.node(`${name}.largest`, 'ReduceMax', [magnitudes, lastAxis], {
      attributes: { keepdims: 1 },
    });
    const parts = graph.node(`${name}.parts`, 'Div', [input, largest]);
    // A row of zeros is no number here; whatever codes that gives, the product is multiplied by its largest magnitude, 0.
    const codes = graph.node(name, 'QuantizeLinear', [parts, step, zero]);
    quantized.set(input, { codes, largest });
    return { codes, largest };
  }

  /** Q(size), which all layers share. */
  async function addSquare(size: number): Promise<string> {
    const found = squares.get(size);
    if (found !== undefined) return found;
    const square = await storeFloats(graph, sink, `spread.${size}`, [size, size], [orthogonalMatrix(size)]);
    squares.set(size, square);
    return square;
  }

  return {
    async multiply(name, input, matrix, rank = 3) {
      const { codes, largest } = quantize(input, rank);
      const { weights, scales } = await storeIntegers(graph, sink, name, matrix);
      const product = graph.node(
        `${name}.product`,
        'MatMulIntegerToFloat',
        [codes, weights, one, scales, zero],
        {
          domain: 'com.microsoft',
        },
      );
      return graph.node(name, 'Mul', [product, largest]);
    },
    async spread(name, input, size) {
      const [left, right] = orthogonalFactors(size);
      const apart = graph.integers(`${name}.apart_shape`, [-1, left, right]);
      const joined = graph.integers(`${name}.joined_shape`, [1, -1, size]);
      const pieces = graph.node(`${name}.apart`, 'Reshape', [input, apart]);
      const rows = graph.node(`${name}.rows`, 'MatMul', [pieces, await addSquare(right)]);
      const turned = graph.node(`${name}.turned`, 'Transpose', [rows], { attributes: { perm: [0, 2, 1] } });
      // Flat, for the runtime would join product and transposition to something that fails without rows.
      const flat = graph.integers(`${name}.flat_shape`, [-1, left]);
      const flattened = graph.node(`${name}.flat`, 'Reshape', [turned, flat]);
      const columns = graph.node(`${name}.columns`, 'MatMul', [flattened, await addSquare(left)]);
      return graph.node(name, 'Reshape', [columns, joined]);
    },
  };
}

/** Adds int8 codes `[columns, rows]` and float32 scales `[rows]`, divided by 127: an input's codes are 127ths of its row's largest. */
async function storeIntegers(graph: OnnxGraph, sink: WeightSink, name: string, matrix: MatrixRows) {
  const { rows, columns } = matrix;
  const scales = new Float32Array(rows);
  async function* turned(): AsyncIterable<Uint8Array> {
    const codes = new Int8Array(columns * rows);
    let row = 0;
    for await (const piece of matrix.read()) {
      const quantized = quantizeOutputs(piece, columns);
      for (const [index, scale] of quantized.scales.entries()) {
        scales[row] = scale / largestCode;
        const start = index * columns;
        for (let column = 0; column < columns; column++) {
          codes[column * rows + row] = quantized.codes[start + column]!;
        }
        row++;
      }
    }
    yield new Uint8Array(codes.buffer);
  }
  const stored = await sink.store(rows * columns, turned());
  return {
    weights: graph.initializer(`${name}.weight`, 'int8', [columns, rows], stored),
    scales: await storeFloats(graph, sink, `${name}.scales`, [rows], [scales]),
  };
}

function inline({ buffer }: Uint8Array | Float32Array) {
  return { kind: 'inline' as const, bytes: new Uint8Array(buffer as ArrayBuffer) };
}
