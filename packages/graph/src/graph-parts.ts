import type { ModelConfig } from './model-config.ts';
import type { OnnxGraph } from './onnx-graph.ts';
import type { QuantizedBits } from './quantize.ts';
import type { TensorSource } from './tensor-source.ts';
import type { WeightSink } from './weight-sink.ts';
import { matrixRows, storeQuantized, storeRows, storeTransposed } from './weights.ts';

export type Precision = 'fp32' | 'int8' | 'int4';

/** What every part of a graph under construction needs. */
export interface BuildContext {
  readonly config: ModelConfig;
  readonly graph: OnnxGraph;
  readonly tensors: TensorSource;
  readonly sink: WeightSink;
  readonly precision: Precision;
}

export function bitsOf(precision: Exclude<Precision, 'fp32'>): QuantizedBits {
  return precision === 'int4' ? 4 : 8;
}

/** Adds a checkpoint's vector as it is and returns its initializer. */
export async function addVector(context: BuildContext, name: string): Promise<string> {
  return storeRows(context.graph, context.sink, name, matrixRows(context.tensors, [name]));
}

/** input `[1, N, columns]` times the transposed weights of one or more linear layers, side by side: `[1, N, rows]`. */
export async function addLinear(
  context: BuildContext,
  name: string,
  input: string,
  layers: readonly string[],
): Promise<string> {
  const { graph, sink, tensors, precision } = context;
  const weights = matrixRows(
    tensors,
    layers.map((layer) => `${layer}.weight`),
  );
  const biases = layers.map((layer) => `${layer}.bias`).filter((bias) => tensors.tensors.has(bias));
  const productName = biases.length === 0 ? name : `${name}.product`;
  let product: string;
  if (precision === 'fp32') {
    const matrix = await storeTransposed(graph, sink, `${name}.weight`, weights);
    product = graph.node(productName, 'MatMul', [input, matrix]);
  } else {
    const bits = bitsOf(precision);
    const { packed, scales } = await storeQuantized(graph, sink, `${name}.weight`, weights, bits);
    product = addQuantizedProduct(graph, productName, input, { packed, scales, bits, ...weights });
  }
  if (biases.length === 0) return product;
  const bias = await storeRows(graph, sink, `${name}.bias`, matrixRows(tensors, biases));
  return graph.node(name, 'Add', [product, bias]);
}

/** input `[..., columns]` times a transposed quantized matrix: `[..., rows]`. */
export function addQuantizedProduct(
  graph: OnnxGraph,
  name: string,
  input: string,
  matrix: { packed: string; scales: string; bits: QuantizedBits; rows: number; columns: number },
): string {
  // Level 4 quantizes activations too, but per row and block: no row's result depends on its neighbours.
  return graph.node(name, 'MatMulNBits', [input, matrix.packed, matrix.scales], {
    domain: 'com.microsoft',
    attributes: { K: matrix.columns, N: matrix.rows, bits: matrix.bits, block_size: 32, accuracy_level: 4 },
  });
}
