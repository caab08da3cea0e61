import type { IntegerProducts } from './integer-products.ts';
import type { ModelConfig } from './model-config.ts';
import type { OnnxGraph } from './onnx-graph.ts';
import type { TensorSource } from './tensor-source.ts';
import type { WeightSink } from './weight-sink.ts';
import {
  type BlockMatrix,
  type BlockMatrixRows,
  matrixRows,
  quantizedBlocks,
  storeBlocks,
  storedBlocks,
  storeRows,
  storeTransposed,
} from './weights.ts';

/**
 * Of weights and activations. `int8`, `int4`: weights in blocks of 32 values with a scale each; `w8a8`: whole numbers of 8 bits
 * on both sides of every product, for CPUs, where passes of several rows are several times as fast with it.
 */
export type Precision = 'fp32' | 'int8' | 'int4' | 'w8a8';

/** What every part of a graph under construction needs. */
export interface BuildContext {
  readonly config: ModelConfig;
  readonly graph: OnnxGraph;
  readonly tensors: TensorSource;
  readonly sink: WeightSink;
  readonly precision: Precision;
  /** Present in w8a8. */
  readonly products: IntegerProducts | undefined;
}

/** The matrix in blocks, as it is stored or as the precision asks for; undefined where it stays float32. */
export function blockRows(
  { tensors, precision }: BuildContext,
  names: readonly string[],
): BlockMatrixRows | undefined {
  const stored = storedBlocks(tensors, names);
  if (stored !== undefined || precision === 'fp32') return stored;
  return quantizedBlocks(matrixRows(tensors, names), precision === 'int4' ? 4 : 8);
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
  const { graph, sink, tensors } = context;
  const weights = layers.map((layer) => `${layer}.weight`);
  const biases = layers.map((layer) => `${layer}.bias`).filter((bias) => tensors.tensors.has(bias));
  const product = await addProduct(context, biases.length === 0 ? name : `${name}.product`, input, weights);
  if (biases.length === 0) return product;
  const bias = await storeRows(graph, sink, `${name}.bias`, matrixRows(tensors, biases));
  return graph.node(name, 'Add', [product, bias]);
}

/**
 * Several linear layers of one input: `[1, N, size]` of each, under its own name. In w8a8 they are one product, for there each
 * product has small nodes of its own.
 */
export async function addLinears(
  context: BuildContext,
  input: string,
  layers: readonly { readonly name: string; readonly source: string }[],
): Promise<void> {
  if (context.products === undefined) {
    for (const { name, source } of layers) await addLinear(context, name, input, [source]);
    return;
  }
  const { graph, tensors } = context;
  const outputs = layers.map(({ name }) => name);
  const sources = layers.map(({ source }) => source);
  const joined = await addLinear(context, outputs.join('+'), input, sources);
  const sizes = graph.integers(
    `${joined}.sizes`,
    sources.map((source) => tensors.tensors.get(`${source}.weight`)!.shape[0]!),
  );
  graph.node(`${joined}.split`, 'Split', [joined, sizes], { attributes: { axis: 2 }, outputs });
}

async function addProduct(
  context: BuildContext,
  name: string,
  input: string,
  weights: readonly string[],
): Promise<string> {
  const { graph, sink, tensors, products } = context;
  if (products !== undefined) return products.multiply(name, input, matrixRows(tensors, weights));
  const blocks = blockRows(context, weights);
  if (blocks !== undefined) {
    return addBlockProduct(graph, name, input, await storeBlocks(graph, sink, `${name}.weight`, blocks));
  }
  const matrix = await storeTransposed(graph, sink, `${name}.weight`, matrixRows(tensors, weights));
  return graph.node(name, 'MatMul', [input, matrix]);
}

/** input `[..., N, columns]` times a transposed quantized matrix: `[..., N, rows]`; leading sizes are 1. */
export function addBlockProduct(graph: OnnxGraph, name: string, input: string, matrix: BlockMatrix): string {
  const { rows, columns, packed, scales, offsets } = matrix;
  const { bits, blockSize } = matrix.format;
  const product = offsets === undefined ? name : `${name}.scaled`;
  // Level 4 quantizes activations too, but per row and block: no row's result depends on its neighbours.
  graph.node(product, 'MatMulNBits', [input, packed, scales], {
    domain: 'com.microsoft',
    attributes: { K: columns, N: rows, bits, block_size: blockSize, accuracy_level: 4 },
  });
  if (offsets === undefined) return product;
  // A block's offset meets the sum of the inputs that the block is multiplied with: a small product of its own, since
  // MatMulNBits with float zero points would unpack all weights in every run.
  const shape = graph.integers(`${name}.block_shape`, [-1, columns / blockSize, blockSize]);
  const apart = graph.node(`${name}.input_blocks`, 'Reshape', [input, shape]);
  const axis = graph.integers(`${name}.block_axis`, [2]);
  const sums = graph.node(`${name}.block_sums`, 'ReduceSum', [apart, axis], { attributes: { keepdims: 0 } });
  const added = graph.node(`${name}.offset`, 'Gemm', [sums, offsets], { attributes: { transB: 1 } });
  return graph.node(name, 'Add', [product, added]);
}
