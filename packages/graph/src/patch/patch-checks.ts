import { beltInputs } from '../contract.ts';
import { dataType, type GraphProto, type NodeProto } from '../onnx-messages.ts';
import { flowFrom, type GraphIndex, indexGraph, readsOf } from './graph-index.ts';
import { isOperator, unsupportedGraph, unsupportedNode } from './node-attributes.ts';

/** What inputs of models that are no plain decoders say about them. */
const telltales: readonly (readonly [name: RegExp, reason: string])[] = [
  [/^encoder_|^decoder_/, 'it is the decoder of an encoder-decoder model'],
  [/^inputs_embeds$/, 'it takes embeddings in the place of tokens'],
  [/^use_cache_branch$/, 'it is a merged graph with two branches; take the one with a past'],
  [/conv|recurrent|ssm|state/, 'it keeps a state beside its key/value cache'],
  [/^token_type_ids$|^pixel_values/, 'it is no text decoder'],
  [/^block_table|^cumulative_sequence/, 'it keeps its cache in pages'],
];

/** Operators that quantize activations over all rows at once. */
const couplingOperators = ['DynamicQuantizeLinear', 'DynamicQuantizeMatMul', 'QAttention'];

/** @throws {GraphError} `UNSUPPORTED_GRAPH` where rows influence each other in the rounding of their products. */
export function refuseCoupling(index: GraphIndex): void {
  const node = index.graph.nodes.find((candidate) => isOperator(candidate, ...couplingOperators));
  if (node === undefined) return;
  throw unsupportedNode(
    node,
    'quantizes the activations of all rows at once, so that branches would influence each other; ' +
      'take a graph with 4-bit, 16-bit or 32-bit weights instead',
  );
}

/** @throws {GraphError} `UNSUPPORTED_GRAPH` for inputs by which other kinds of models are known. */
export function checkInputs(index: GraphIndex): void {
  const names = index.graph.inputs.map(({ name }) => name ?? '').filter((name) => index.input(name));
  for (const [pattern, reason] of telltales) {
    const name = names.find((candidate) => pattern.test(candidate));
    if (name !== undefined) throw unsupportedGraph(`${reason}, as the input "${name}" shows`, name);
  }
  const ids = index.input(beltInputs.inputIds)?.type?.tensorType;
  if (ids === undefined) throw unsupportedGraph('it has no input "input_ids"', beltInputs.inputIds);
  for (const name of [beltInputs.inputIds, beltInputs.positionIds]) {
    const type = index.input(name)?.type?.tensorType;
    if (type === undefined) continue;
    if (type.elementType !== dataType.int64 || type.shape?.dimensions.length !== 2) {
      throw unsupportedGraph(`its input "${name}" is not int64 of two axes`, name);
    }
  }
}

/** Operators that carry something from one token to the next. */
const sequenceOperators = ['Conv', 'LSTM', 'GRU', 'RNN', 'Scan', 'Loop', 'CumSum', 'CumProd'];

/**
 * Makes sure that nothing is left by which tokens could influence each other past the attention.
 *
 * @throws {GraphError} `UNSUPPORTED_GRAPH` naming what is left.
 */
export function refuseLeftovers(graph: GraphProto): void {
  const index = indexGraph(graph);
  const contents = flowFrom(index, [beltInputs.inputIds]);
  for (const node of graph.nodes) {
    const carried = node.inputs.filter((input) => contents.has(input));
    if (isOperator(node, ...sequenceOperators) && carried.length > 0) {
      throw unsupportedNode(node, 'carries something from one token to the next');
    }
    if (isOperator(node, 'MatMul') && carried.length > 1) {
      throw unsupportedNode(node, 'multiplies tokens with each other: an attention of an unknown kind');
    }
    refuseUnknownSources(index, node);
  }
}

/** All values come from nodes, weights, or inputs of the contract. */
function refuseUnknownSources(index: GraphIndex, node: NodeProto): void {
  for (const value of readsOf(node)) {
    const known = index.input(value) ?? index.producer(value) ?? index.tensor(value);
    if (known !== undefined || isNested(node)) continue;
    throw unsupportedNode(node, `needs the input "${value}" for something other than attention`);
  }
}

/** Values inside nested graphs have sources there; onnxruntime checks those. */
function isNested(node: NodeProto): boolean {
  return node.attributes.some(({ graph }) => graph !== undefined);
}
