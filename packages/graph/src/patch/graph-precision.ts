import type { GraphPrecision } from '../belt-graph-info.ts';
import { dataType } from '../onnx-messages.ts';
import type { LogitsHead } from './gather-logits.ts';
import type { GraphIndex } from './graph-index.ts';
import { integerAttribute, isOperator } from './node-attributes.ts';

/** `TensorProto.DataType` of packed 4-bit weights. */
const fourBits = new Set([21, 22]);

/** The least precise weights of a graph. */
export function findPrecision({ graph, tensor }: GraphIndex, head: LogitsHead): GraphPrecision {
  const products = graph.nodes.filter((node) => isOperator(node, 'MatMulNBits', 'MatMulBnb4'));
  const bits = products.map((node) => integerAttribute(node, 'bits') ?? 4);
  const dequantized = graph.nodes.filter((node) => isOperator(node, 'DequantizeLinear'));
  for (const node of dequantized) {
    const weights = tensor(node.inputs[0] ?? '');
    if (weights !== undefined) bits.push(fourBits.has(weights.dataType ?? 0) ? 4 : 8);
  }
  if (bits.length > 0) return Math.min(...bits) <= 4 ? 'int4' : 'int8';
  const weights = tensor(head.product.inputs[1] ?? '');
  const halves = weights === undefined ? undefined : weights.dataType === dataType.float16;
  return (halves ?? graph.initializers.some((one) => one.dataType === dataType.float16)) ? 'fp16' : 'fp32';
}
