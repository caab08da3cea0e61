import { dataType, type NodeProto } from '../onnx-messages.ts';
import type { AttentionLayer, HeadNorms, Rotary } from './attention-layer.ts';
import type { GraphIndex } from './graph-index.ts';
import {
  floatAttribute,
  integerAttribute,
  isOperator,
  textAttribute,
  unsupportedNode,
} from './node-attributes.ts';
import { inputWidth, widthOf } from './value-width.ts';

/** Places of the inputs of `com.microsoft.GroupQueryAttention`. */
export const attentionPlaces = {
  ...{ query: 0, key: 1, value: 2, pastKey: 3, pastValue: 4, cosines: 7, sines: 8, bias: 10, sink: 11 },
  ...{ keyScale: 12, valueScale: 13, queryNorm: 14, keyNorm: 15, queryLengths: 16 },
} as const;

/**
 * Finds the layers of graphs made by onnxruntime-genai's builder and its relatives.
 *
 * @throws {GraphError} `UNSUPPORTED_GRAPH` naming the first node that does what a belt cannot.
 */
export function findFusedAttention(index: GraphIndex): AttentionLayer[] {
  const nodes = index.graph.nodes.filter((node) => isOperator(node, 'GroupQueryAttention'));
  return nodes.map((node) => readLayer(index, node));
}

function readLayer(index: GraphIndex, node: NodeProto): AttentionLayer {
  refuseVariants(node);
  if (node.inputs[attentionPlaces.bias]) throw unsupportedNode(node, 'has an attention bias of its own');
  const at = (name: keyof typeof attentionPlaces) => node.inputs[attentionPlaces[name]] || undefined;
  const [pastKeys, pastValues] = [at('pastKey'), at('pastValue')];
  const past = pastKeys === undefined ? undefined : index.input(pastKeys);
  if (past === undefined || pastValues === undefined || index.input(pastValues) === undefined) {
    throw unsupportedNode(node, 'has no past keys and values among the inputs of the graph');
  }
  const heads = count(node, 'num_heads');
  const kvHeads = count(node, 'kv_num_heads');
  const headSize = findHeadSize(index, node, heads, kvHeads);
  const [keys, values] = [at('key'), at('value')];
  checkWidth(index, node, headSize * (keys === undefined ? heads + 2 * kvHeads : heads));
  return {
    ...{ node, heads, kvHeads, headSize, pastKeys: pastKeys!, pastValues },
    output: node.outputs[0]!,
    elementType: elementTypeOf(node, past.type?.tensorType?.elementType),
    queries: { value: node.inputs[0]!, form: 'rows' },
    keys: keys === undefined ? undefined : { value: keys, form: 'rows' },
    values: values === undefined ? undefined : { value: values, form: 'rows' },
    norms: readNorms(node, at('queryNorm'), at('keyNorm')),
    rotary: readRotary(index, node, headSize, at('cosines'), at('sines')),
    scale: floatAttribute(node, 'scale') || undefined,
    scaleValues: [],
    softcap: floatAttribute(node, 'softcap') ?? 0,
    smoothSoftmax: integerAttribute(node, 'smooth_softmax') === 1,
    sink: at('sink'),
  };
}

/** @throws {GraphError} `UNSUPPORTED_GRAPH` for what no belt can do, whoever made the graph. */
export function refuseVariants(node: NodeProto): void {
  const at = (name: keyof typeof attentionPlaces) => node.inputs[attentionPlaces[name]] || undefined;
  const window = integerAttribute(node, 'local_window_size') ?? -1;
  if (window > 0) {
    throw unsupportedNode(
      node,
      `sees a sliding window of ${window} tokens, counted by slot and not by position`,
    );
  }
  if (integerAttribute(node, 'causal') === 0) throw unsupportedNode(node, 'is not causal');
  if (at('queryLengths') !== undefined) throw unsupportedNode(node, 'takes sequences of several lengths');
  for (const attribute of ['k_quant_type', 'v_quant_type']) {
    const type = textAttribute(node, attribute) ?? 'NONE';
    if (type !== 'NONE') throw unsupportedNode(node, `keeps a quantized cache (${attribute} ${type})`);
  }
  if (at('keyScale') !== undefined || at('valueScale') !== undefined) {
    throw unsupportedNode(node, 'keeps a quantized cache');
  }
  if ((integerAttribute(node, 'qk_output') ?? 0) !== 0) throw unsupportedNode(node, 'gives its scores away');
}

function count(node: NodeProto, name: string): number {
  const value = integerAttribute(node, name);
  if (value === undefined || !(value > 0 && value <= 2 ** 16)) {
    throw unsupportedNode(node, `has ${name} = ${value}`);
  }
  return value;
}

/** From the cache's declared shape, or else from what the attention reads and what reads it. */
function findHeadSize(index: GraphIndex, node: NodeProto, heads: number, kvHeads: number): number {
  const [query, key, , past] = node.inputs as [string, string, string, string];
  const readers = index.consumers(node.outputs[0]!).map((reader) => inputWidth(index, reader));
  const candidates = [
    index.shape(past)?.at(3),
    key ? share(widthOf(index, key), kvHeads) : share(widthOf(index, query), heads + 2 * kvHeads),
    share(
      readers.find((width) => width !== undefined),
      heads,
    ),
  ];
  const headSize = candidates.find((size) => size !== undefined);
  if (headSize === undefined || !Number.isInteger(headSize)) {
    throw unsupportedNode(
      node,
      `does not tell the size of its heads (${headSize ?? 'no weights beside it'})`,
    );
  }
  return headSize;
}

/** Layers that borrow the keys and values of others look like packed ones, but for their width. */
function checkWidth(index: GraphIndex, node: NodeProto, expected: number): void {
  const width = widthOf(index, node.inputs[0]!);
  if (width === undefined || width === expected) return;
  throw unsupportedNode(node, `reads ${width} values for each token instead of ${expected}`);
}

function share(width: number | undefined, parts: number): number | undefined {
  return width === undefined ? undefined : width / parts;
}

/** The cache's element type, if attention can be computed from it. */
export function elementTypeOf(node: NodeProto, type: number | undefined): 'float' | 'float16' {
  if (type === dataType.float) return 'float';
  if (type === dataType.float16) return 'float16';
  throw unsupportedNode(node, `keeps a cache of element type ${type}; supported are float32 and float16`);
}

function readNorms(
  node: NodeProto,
  queries: string | undefined,
  keys: string | undefined,
): HeadNorms | undefined {
  if (queries === undefined && keys === undefined) return undefined;
  if (queries === undefined || keys === undefined) throw unsupportedNode(node, 'has only one of two norms');
  const both = floatAttribute(node, 'qk_norm_epsilon') ?? 1e-6;
  const queryEpsilon = floatAttribute(node, 'q_norm_epsilon') ?? both;
  return { queries, keys, queryEpsilon, keyEpsilon: floatAttribute(node, 'k_norm_epsilon') ?? both };
}

function readRotary(
  index: GraphIndex,
  node: NodeProto,
  headSize: number,
  cosines: string | undefined,
  sines: string | undefined,
): Rotary | undefined {
  if (integerAttribute(node, 'do_rotary') !== 1) return undefined;
  if (cosines === undefined || sines === undefined) throw unsupportedNode(node, 'rotates without tables');
  const pairs = index.tensor(cosines)?.dims[1] ?? index.shape(cosines)?.[1];
  const interleaved = integerAttribute(node, 'rotary_interleaved') === 1;
  // Tables that the graph chooses between have no sizes yet; only those of whole heads are known to be chosen.
  const size = pairs === undefined ? headSize : 2 * Number(pairs);
  return { cosines, sines, interleaved, size };
}
