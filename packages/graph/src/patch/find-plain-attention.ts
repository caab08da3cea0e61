import type { NodeProto } from '../onnx-messages.ts';
import type { AttentionLayer, HeadsValue } from './attention-layer.ts';
import { checkCausalMask } from './causal-mask.ts';
import { constantScalar } from './constant-value.ts';
import { elementTypeOf } from './find-fused-attention.ts';
import { flowFrom, type GraphIndex } from './graph-index.ts';
import {
  floatAttribute,
  integerAttribute,
  integersAttribute,
  isOperator,
  unsupportedNode,
} from './node-attributes.ts';
import { inputWidth, widthOf } from './value-width.ts';

/**
 * Finds layers that append to the cache with Concat and attend with MatMul, Softmax and MatMul, or with
 * MultiHeadAttention: what torch.onnx, Optimum and onnxruntime-genai's builder for other precisions write.
 *
 * @throws {GraphError} `UNSUPPORTED_GRAPH` naming the first node that does what a belt cannot.
 */
export function findPlainAttention(index: GraphIndex): AttentionLayer[] {
  // What the tokens' contents decide; masks follow from lengths and positions alone.
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

interface Search {
  readonly index: GraphIndex;
  readonly contents: ReadonlySet<string>;
}

type ScaleValues = AttentionLayer['scaleValues'][number][];

/** Inputs that a Concat along the slots appends to. */
function pastInputs(index: GraphIndex): string[] {
  const concats = index.graph.nodes.filter((node) => isOperator(node, 'Concat') && node.inputs.length === 2);
  return concats.flatMap(({ inputs }) => cacheInput(index, inputs[0]!)?.name ?? []);
}

/** The graph's input that a value is, or is a conversion of. */
function cacheInput(
  index: GraphIndex,
  value: string,
): { name: string; elementType: number | undefined } | undefined {
  const type = index.input(value)?.type?.tensorType;
  if (type !== undefined) return { name: value, elementType: type.elementType };
  const cast = index.producer(value);
  const source = isOperator(cast, 'Cast') ? cast.inputs[0]! : '';
  if (index.input(source)?.type?.tensorType === undefined) return undefined;
  return { name: source, elementType: integerAttribute(cast!, 'to') };
}

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
  while (product !== undefined && !isOperator(product, 'MatMul')) {
    const [carried, other] = contentsOf(search, product);
    if (isOperator(product, 'Add', 'Where')) masks.push(...other);
    else if (isOperator(product, 'Mul', 'Div')) applyFactor(product, other[0]!);
    else if (!isOperator(product, 'Cast', 'Identity')) return undefined;
    product = index.producer(carried);
  }
  if (product === undefined || !product.inputs.every((input) => contents.has(input))) return undefined;
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
  for (const mask of masks) checkCausalMask(index, mask);
  return {
    ...describe(search, result, { value: queries, form: 'heads' }, keys, values),
    ...{ scale, scaleValues },
  };
}

/** The value that carries the tokens' contents through a node, and the others. */
function contentsOf({ contents }: Search, node: NodeProto): [carried: string, others: string[]] {
  const carried = node.inputs.filter((input) => contents.has(input));
  if (carried.length !== 1) throw unsupportedNode(node, 'mixes values on the way to a softmax');
  return [carried[0]!, node.inputs.filter((input) => input !== carried[0] && input !== '')];
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
    at = contentsOf(search, node)[0];
  }
}

/** A number, or what follows from shapes alone: such factors are the same for every token. */
function isScalar({ index }: Search, value: string): boolean {
  if (constantScalar(index, value) !== undefined) return true;
  const seen = new Set([value]);
  for (const at of seen) {
    const node = index.producer(at);
    if (isOperator(node, 'Shape', 'Constant')) continue;
    if (isOperator(node, 'Slice', 'Gather', 'Cast', 'Sqrt', 'Div', 'Mul', 'Pow', 'Reciprocal', 'Squeeze')) {
      for (const input of node.inputs) if (input !== '') seen.add(input);
    } else if (constantScalar(index, at) === undefined) return false;
  }
  return true;
}

interface Cache {
  readonly past: string;
  readonly elementType: number | undefined;
  readonly added: HeadsValue;
  /** Transpositions of slots and elements between the cache and its reader. */
  readonly turns: number;
}

/** The Concat that appends to the cache, behind what repeats heads for their queries. */
function cacheBehind(
  search: Search,
  value: string,
  reader: NodeProto,
  applyFactor: (node: NodeProto, value: string) => void,
): Cache {
  const { index } = search;
  let turns = 0;
  for (let at = value; ; ) {
    const node = index.producer(at);
    if (node === undefined) throw unsupportedNode(reader, `attends to "${at}", which no cache feeds`);
    const [first, second] = node.inputs;
    const past = isOperator(node, 'Concat') ? cacheInput(index, first!) : undefined;
    if (past !== undefined && node.inputs.length === 2) {
      if (![2, -2].includes(integerAttribute(node, 'axis') ?? 0)) {
        throw unsupportedNode(node, 'appends to the cache along another axis than that of the slots');
      }
      return {
        past: past.name,
        elementType: past.elementType,
        added: { value: second!, form: 'heads' },
        turns,
      };
    }
    if (isOperator(node, 'Transpose')) {
      const perm = integersAttribute(node, 'perm') ?? [];
      // Rows out of heads, as for MultiHeadAttention, keep slots before elements.
      if (perm.at(-1) !== perm.length - 1) turns++;
    } else if (isOperator(node, 'Mul', 'Div')) {
      const others = node.inputs.filter((input) => !search.contents.has(input));
      if (others.length !== 1 || !isScalar(search, others[0]!)) {
        throw unsupportedNode(node, 'changes keys after they went into the cache');
      }
      applyFactor(node, others[0]!);
    } else if (!isOperator(node, 'Reshape', 'Expand', 'Unsqueeze', 'Cast', 'Identity')) {
      throw unsupportedNode(node, 'is unknown between the cache and the attention that reads it');
    }
    at = contentsOf(search, node)[0];
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
  if (mask) checkCausalMask(search.index, mask);
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
