import type { NodeProto } from '../onnx-messages.ts';
import { constantValues } from './constant-value.ts';
import type { GraphIndex } from './graph-index.ts';
import { integerAttribute, isOperator } from './node-attributes.ts';

/** How many nodes back a size is looked for: enough for real graphs, and an end for all others. */
const maxSteps = 10;

/** Size of a value's last axis, from the exporter's notes or from the weights that made it; undefined if unknown. */
export function widthOf(index: GraphIndex, value: string, steps = maxSteps): number | undefined {
  if (steps === 0) return undefined;
  const noted = index.shape(value)?.at(-1);
  if (noted !== undefined) return noted;
  const node = index.producer(value);
  if (node === undefined) return undefined;
  const product = outputWidth(index, node);
  if (product !== undefined) return product;
  if (isOperator(node, 'Split')) {
    const sizes = constantValues(index, node.inputs[1] ?? '');
    return sizes?.[node.outputs.indexOf(value)];
  }
  if (isOperator(node, 'Reshape')) {
    const size = constantValues(index, node.inputs[1] ?? '')?.at(-1);
    return size !== undefined && size > 0 ? size : undefined;
  }
  if (isOperator(node, 'Add')) {
    return widthOf(index, node.inputs[0]!, steps - 1) ?? widthOf(index, node.inputs[1] ?? '', steps - 1);
  }
  if (isOperator(node, 'Cast', 'Identity', 'RotaryEmbedding', 'Div', 'Mul', 'Tanh')) {
    return widthOf(index, node.inputs[0] ?? '', steps - 1);
  }
  return undefined;
}

/** Columns of a matrix product with weights. */
export function outputWidth(index: GraphIndex, node: NodeProto): number | undefined {
  if (isOperator(node, 'MatMulNBits', 'MatMulBnb4')) return integerAttribute(node, 'N');
  if (isOperator(node, 'MatMul', 'FusedMatMul')) return weightSizes(index, node.inputs[1] ?? '')?.at(-1);
  if (isOperator(node, 'Gemm')) {
    const sizes = weightSizes(index, node.inputs[1] ?? '');
    return integerAttribute(node, 'transB') === 1 ? sizes?.at(0) : sizes?.at(-1);
  }
  return undefined;
}

/** What a matrix product with weights sums over. */
export function inputWidth(index: GraphIndex, node: NodeProto): number | undefined {
  if (isOperator(node, 'MatMulNBits', 'MatMulBnb4')) return integerAttribute(node, 'K');
  if (isOperator(node, 'MatMul', 'FusedMatMul')) return weightSizes(index, node.inputs[1] ?? '')?.at(0);
  if (isOperator(node, 'Gemm')) {
    const sizes = weightSizes(index, node.inputs[1] ?? '');
    return integerAttribute(node, 'transB') === 1 ? sizes?.at(-1) : sizes?.at(0);
  }
  return undefined;
}

/** Sizes of weights, through what unpacks or turns them. */
function weightSizes(index: GraphIndex, value: string, steps = maxSteps): number[] | undefined {
  const tensor = index.tensor(value);
  if (tensor !== undefined) return tensor.dims.map(Number);
  const node = index.producer(value);
  if (steps === 0) return undefined;
  if (isOperator(node, 'DequantizeLinear', 'Cast', 'Identity')) {
    return weightSizes(index, node.inputs[0] ?? '', steps - 1);
  }
  if (isOperator(node, 'Transpose')) return weightSizes(index, node.inputs[0] ?? '', steps - 1)?.reverse();
  return undefined;
}
