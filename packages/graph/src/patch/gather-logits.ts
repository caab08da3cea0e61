import { beltInputs, beltOutputs } from '../contract.ts';
import type { OnnxGraph } from '../onnx-graph.ts';
import { dataType, type NodeProto } from '../onnx-messages.ts';
import { constantScalar, constantValues } from './constant-value.ts';
import { flowFrom, type GraphIndex } from './graph-index.ts';
import { integerAttribute, isOperator, unsupportedGraph, unsupportedNode } from './node-attributes.ts';
import { outputWidth, widthOf } from './value-width.ts';

/** The projection to the vocabulary, and what is around it. */
export interface LogitsHead {
  /** The matrix product. */
  readonly product: NodeProto;
  /** Its input: hidden rows of all tokens, `[1, S, hiddenSize]`. */
  readonly hidden: string;
  /** The node that gives the output. */
  readonly last: NodeProto;
  readonly vocabularySize: number;
}

/** Products with weights that may be an LM head. */
const products = ['MatMul', 'MatMulNBits', 'MatMulBnb4', 'FusedMatMul', 'Gemm'];

/** What may come between the product and the output: it treats each logit on its own. */
const afterwards = ['Cast', 'Identity', 'Mul', 'Div', 'Add', 'Sub', 'Tanh', 'Where', 'Clip'];

/** @throws {GraphError} `UNSUPPORTED_GRAPH` where the logits do not come from a product with weights. */
export function findLogitsHead(index: GraphIndex): LogitsHead {
  const last = index.producer(beltOutputs.logits);
  if (last === undefined || !index.graph.outputs.some(({ name }) => name === beltOutputs.logits)) {
    throw unsupportedGraph(`it has no output "${beltOutputs.logits}"`, beltOutputs.logits);
  }
  const contents = flowFrom(index, [beltInputs.inputIds]);
  let product = last;
  while (!isOperator(product, ...products)) {
    const carried = product.inputs.find((input) => contents.has(input));
    const source = carried === undefined ? undefined : index.producer(carried);
    if (source === undefined || !isOperator(product, ...afterwards)) {
      throw unsupportedNode(product, 'stands between the LM head and the logits');
    }
    product = source;
  }
  const vocabularySize = outputWidth(index, product) ?? widthOf(index, product.outputs[0]!);
  if (vocabularySize === undefined)
    throw unsupportedNode(product, 'does not tell the size of the vocabulary');
  return { product, hidden: beforeChoice(index, product.inputs[0]!), last, vocabularySize };
}

/** The hidden rows before an exporter chose some of them: the last one, or as many as an input says. */
function beforeChoice(index: GraphIndex, value: string): string {
  for (let at = value; ; ) {
    const node = index.producer(at);
    const chooses =
      isOperator(node, 'Identity') ||
      (isOperator(node, 'Gather') && integerAttribute(node, 'axis') === 1) ||
      (isOperator(node, 'Slice') && constantScalar(index, node.inputs[3] ?? '') === 1) ||
      (isOperator(node, 'Unsqueeze') && constantValues(index, node.inputs[1] ?? '')?.[0] === 1);
    if (!chooses) return at;
    at = node!.inputs[0]!;
  }
}

/** Lets the head see the rows that are asked for only, and gives the logits as float32 `[R, vocabularySize]`. */
export function gatherLogits(before: OnnxGraph, after: OnnxGraph, head: LogitsHead): void {
  const { product, hidden, last, vocabularySize } = head;
  product.inputs[0] = before.node('belt.hidden_rows', 'Gather', [hidden, beltInputs.logitsRows], {
    attributes: { axis: 1 },
  });
  last.outputs[0] = 'belt.logits';
  const floats = after.node('belt.logits.float', 'Cast', ['belt.logits'], {
    attributes: { to: dataType.float },
  });
  const shape = after.integers('belt.logits.shape', [-1, vocabularySize]);
  after.node(beltOutputs.logits, 'Reshape', [floats, shape]);
}
