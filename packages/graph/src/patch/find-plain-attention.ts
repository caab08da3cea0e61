import type { NodeProto } from '../onnx-messages.ts';
import type { AttentionLayer, HeadsValue } from './attention-layer.ts';
import { type Cache, cacheBehind, carriedBy, isScalar, pastInputs, type Search } from './cache-concat.ts';
import { checkCausalMask } from './causal-mask.ts';
import { constantScalar } from './constant-value.ts';
import { elementTypeOf } from './find-fused-attention.ts';
import { flowFrom, type GraphIndex } from './graph-index.ts';
import { floatAttribute, integerAttribute, isOperator, unsupportedNode } from './node-attributes.ts';
import { inputWidth, widthOf } from './value-width.ts';

/**
 * Finds layers that append to the cache with Concat and attend with MatMul, Softmax and MatMul, or with
 * MultiHeadAttention: what torch.onnx, Optimum and onnxruntime-genai's builder for other precisions write.
 *
 * @throws {GraphError} `UNSUPPORTED_GRAPH` naming the first node that does what a belt cannot.
 */
export function findPlainAttention(index: GraphIndex): AttentionLayer[] {
  const contents = flowFrom(index, ['input_ids', ...pastInputs(index)]);
  const search: Search = { index, contents };
  const layers: AttentionLayer[] = [];
  for (const node of index.graph.nodes) {
    if (isOperator(node, 'Softmax') && contents.has(node.inputs[0] ?? '')) {
      const layer = readSoftmax(search, node);
      if (layer !== undefined) layers.push(layer);
    } else if (isOperator(node, 'MultiHeadAttention')) {
      layers.push(readMultiHead(search, node));
    }
  }
  return layers;
}

type ScaleValues = AttentionLayer['scaleValues'][number][];

/** Undefined for a softmax that is no attention, such as that of a router. */
function readSoftmax(search: Search, softmax: NodeProto): AttentionLayer | undefined {
  const { index, contents } = search;
  let scale = 1;
  const scaleValues: ScaleValues = [];
  const masks: string[] = [];
  const applyFactor = (node: NodeProto, value: string): void => {
    const factor = constantScalar(index, value);
    if (factor !== undefined) scale = node.operator === 'Mul' ? scale * factor : scale / factor;
    else scaleValues.push({ operator: node.operator as 'Mul' | 'Div', value });
  };

  let product = index.producer(softmax.inputs[0]!);
  let stranger: NodeProto | undefined;
  while (product !== undefined && !isOperator(product, 'MatMul')) {
    const carried = product.inputs.filter((input) => contents.has(input));
    const others = product.inputs.filter((input) => input !== '' && !contents.has(input));
    if (carried.length !== 1) return undefined;
    const isFactor =
      isOperator(product, 'Mul') || (isOperator(product, 'Div') && carried[0] === product.inputs[0]);
    if (isOperator(product, 'Add', 'Where')) masks.push(...others);
    else if (isFactor && isScalar(search, others[0]!)) applyFactor(product, others[0]!);
    else if (!isOperator(product, 'Cast', 'Identity')) stranger ??= product;
    product = index.producer(carried[0]!);
  }
  if (product === undefined || !product.inputs.every((input) => contents.has(input))) return undefined;
  if (stranger !== undefined) throw unsupportedNode(stranger, 'is unknown between scores and softmax');
  const [queryPath, keyPath] = product.inputs as [string, string];
  const queries = skip(search, queryPath, ['Mul', 'Div', 'Cast'], applyFactor);
  const keys = cacheBehind(search, keyPath, softmax, applyFactor);
  if (keys.turns % 2 !== 1)
    throw unsupportedNode(product, 'multiplies queries with keys that are not transposed');
  const result = weightedSum(search, softmax);
  const values = cacheBehind(search, result.inputs[1]!, softmax, (node) => {
    throw unsupportedNode(node, 'scales the values of an attention');
  });
  if (values.turns % 2 !== 0) throw unsupportedNode(result, 'takes transposed values');
  if (masks.length === 0) throw unsupportedNode(softmax, 'attends without a mask');
  checkCausalMask(index, masks);
  return {
    ...describe(search, result, { value: queries, form: 'heads' }, keys, values),
    ...{ scale, scaleValues },
  };
}

/** Goes back through nodes of some operators. */
function skip(
  search: Search,
  value: string,
  operators: readonly string[],
  applyFactor: (node: NodeProto, value: string) => void,
): string {
  const { index } = search;
  for (let at = value; ; ) {
    const node = index.producer(at);
    if (!isOperator(node, ...operators)) return at;
    if (isOperator(node, 'Mul', 'Div')) {
      const others = node.inputs.filter((input) => !search.contents.has(input));
      // A factor for each position belongs to the rotation: the queries are these.
      if (others.length !== 1 || !isScalar(search, others[0]!)) return at;
      applyFactor(node, others[0]!);
    }
    at = carriedBy(search, node);
  }
}

/** The product of the softmax and the values. */
function weightedSum({ index }: Search, softmax: NodeProto): NodeProto {
  for (let value = softmax.outputs[0]!; ; ) {
    const readers = index.consumers(value).filter(({ operator }) => operator !== 'IsNaN');
    const [reader] = readers;
    if (readers.length !== 1 || reader === undefined) {
      throw unsupportedNode(softmax, 'gives its result to more than the values of its layer');
    }
    if (isOperator(reader, 'MatMul') && reader.inputs[0] === value) return reader;
    if (!isOperator(reader, 'Cast', 'Where', 'Identity', 'Dropout')) {
      throw unsupportedNode(reader, 'is unknown behind the softmax of an attention');
    }
    value = reader.outputs[0]!;
  }
}

/** The operator that has all but the cache, which Concat nodes before it keep. */
function readMultiHead(search: Search, node: NodeProto): AttentionLayer {
  const [queries, keyPath, valuePath, bias, padding, mask, pastKeys, pastValues] = node.inputs;
  if (!queries || !keyPath || !valuePath || bias || padding || pastKeys || pastValues) {
    throw unsupportedNode(node, 'has packed inputs, a bias, a padding mask or a cache of its own');
  }
  const refuseFactor = (factor: NodeProto): never => {
    throw unsupportedNode(factor, 'scales keys or values before their attention');
  };
  const keys = cacheBehind(search, keyPath, node, refuseFactor);
  const values = cacheBehind(search, valuePath, node, refuseFactor);
  if (mask) checkCausalMask(search.index, [mask]);
  else if (integerAttribute(node, 'unidirectional') !== 1)
    throw unsupportedNode(node, 'attends without a mask');
  return {
    ...describe(search, node, { value: queries, form: 'rows' }, keys, values),
    scale: floatAttribute(node, 'scale') || undefined,
    scaleValues: [],
  };
}

function describe(search: Search, node: NodeProto, queries: HeadsValue, keys: Cache, values: Cache) {
  const { index } = search;
  const past = index.shape(keys.past);
  const counted = integerAttribute(node, 'num_heads');
  const width = counted === undefined ? undefined : widthOf(index, queries.value);
  const kvHeads = past?.[1];
  const headSize = past?.[3] ?? (width === undefined ? undefined : width / counted!);
  if (kvHeads === undefined || headSize === undefined || !Number.isInteger(headSize)) {
    throw unsupportedNode(node, `reads a cache "${keys.past}" that does not tell its heads and their size`);
  }
  const heads = counted ?? outputHeads(search, node, headSize);
  if (heads === undefined || !Number.isInteger(heads)) throw unsupportedNode(node, 'does not tell its heads');
  return {
    ...{ node, queries, heads, kvHeads, headSize, output: node.outputs[0]! },
    ...{ keys: keys.added, values: values.added, pastKeys: keys.past, pastValues: values.past },
    elementType: elementTypeOf(node, keys.elementType),
    ...{ norms: undefined, rotary: undefined, softcap: 0, smoothSoftmax: false, sink: undefined },
  };
}

/** From the weights of the projection behind the attention. */
function outputHeads({ index }: Search, node: NodeProto, headSize: number): number | undefined {
  for (let value = node.outputs[0]!, steps = 0; steps < 10; steps++) {
    const [reader] = index.consumers(value).filter(({ operator }) => operator !== 'Shape');
    if (reader === undefined) return undefined;
    const width = inputWidth(index, reader);
    if (width !== undefined) return width / headSize;
    value = reader.outputs[0]!;
  }
  return undefined;
}
