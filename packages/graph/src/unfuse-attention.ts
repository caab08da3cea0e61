import {
  beltInputs,
  keysInput,
  newKeysOutput,
  newValuesOutput,
  pastKeysInput,
  pastValuesInput,
  valuesInput,
} from './contract.ts';
import { joinBytes } from './join-bytes.ts';
import { createOnnxGraph, moveInto, type OnnxGraph } from './onnx-graph.ts';
import {
  type GraphProto,
  type ModelProto,
  modelTable,
  type NodeProto,
  type ValueInfo,
} from './onnx-messages.ts';
import { attentionPlaces, refuseVariants } from './patch/find-fused-attention.ts';
import {
  floatAttribute,
  integerAttribute,
  isOperator,
  unsupportedGraph,
  unsupportedNode,
} from './patch/node-attributes.ts';
import { pruneGraph } from './patch/prune-graph.ts';
import {
  type AttentionSizes,
  addPlainAttention,
  addSharedValues,
  type SharedValues,
} from './plain-attention.ts';
import { decodeMessage, encodeMessage } from './protobuf.ts';
import {
  addChosenAttention,
  addSharedSuffix,
  addSuffixValues,
  type SharedSuffix,
} from './suffix-attention.ts';

export interface UnfuseAttentionOptions {
  /**
   * What the graph reads as `keys.{layer}` and `values.{layer}`.
   *
   * - `in-place`: the slots of past and new tokens. Whoever runs the graph has it write `new_keys.{layer}` and
   *   `new_values.{layer}` into the last S slots of that same memory; each layer does so before it attends. Slots behind those that
   *   all rows see may be given as a suffix, see below.
   * - `joined`: the slots of the past, which each layer copies to put the new ones behind them.
   */
  readonly cache: 'in-place' | 'joined';
}

/**
 * Gives a belt-ready graph attention of plain matrix products, over keys and values as they lie, instead of
 * GroupQueryAttention, which clears a buffer for the whole past and copies the past there, in every layer and pass.
 *
 * Inputs `past_keys.{layer}` and `past_values.{layer}` become `keys.{layer}` and `values.{layer}`, float32
 * `[slots, kvHeads, headSize]`, slots as `cache` says; all else of the contract stays, and so do the results. The bias
 * alone hides: it must hide later slots too. Scores take `heads * S * T` floats: feed a long prompt in chunks.
 *
 * In place a pass whose rows each see few of the slots behind those that all rows see need not multiply with the others: `keys.{layer}`
 * then ends, after at least one slot, where these begin, and {@link suffixInputs} say which of them each row sees.
 *
 * @returns the bytes of an ONNX file.
 * @throws {GraphError} `INVALID_PROTOBUF` when the bytes are no ONNX file, `UNSUPPORTED_GRAPH` for one without a cache of
 *   the contract's names, or whose attention does more than that of a graph that was built or patched here.
 * @example
 * const session = await InferenceSession.create(unfuseAttention(graph, { cache: 'in-place' }));
 */
export function unfuseAttention(bytes: Uint8Array, { cache }: UnfuseAttentionOptions): Uint8Array {
  const model = decodeMessage(modelTable, bytes);
  const layers = readLayers(model.graph);
  const graph = model.graph!;
  const first = createOnnxGraph();
  const shared = addShared(first, layers, cache);
  const form = { cache, splitsByInput: operatorSetOf(model) >= 13n };
  if (cache === 'in-place') renameNewSlots(graph, layers);
  const past = new Set(layers.flatMap(({ layer }) => [pastKeysInput(layer), pastValuesInput(layer)]));
  graph.inputs = graph.inputs.filter(({ name = '' }) => !past.has(name));
  const replaced = new Map<NodeProto, readonly NodeProto[]>();
  for (const layer of layers) {
    const added = createOnnxGraph();
    addSlots(added, layer, cache);
    if (layer.node !== undefined) {
      const name = `${layer.node.outputs[0]}.unfused`;
      unfuse(added, layer.node, { ...layer, ...form, name, shared: shared.get(layer.sizes.heads)! });
    }
    const nodes = moveInto(graph, added);
    if (layer.node !== undefined) replaced.set(layer.node, nodes);
  }
  graph.nodes = [...moveInto(graph, first), ...graph.nodes.flatMap((node) => replaced.get(node) ?? [node])];
  // What counted the past's slots has no reader any more.
  pruneGraph(graph);
  const { parts, byteLength } = encodeMessage(modelTable, model);
  return joinBytes(parts, byteLength);
}

/** A layer of the cache. */
interface Layer {
  readonly layer: number;
  readonly sizes: AttentionSizes;
  /** Undefined where no logits depend on the layer's attention, only what it adds to the cache is computed. */
  readonly node: NodeProto | undefined;
}

interface LayerForm extends Layer, UnfuseAttentionOptions {
  /** What the names of the layer's new values begin with. */
  readonly name: string;
  readonly shared: Shared;
  /** Whether Split takes sizes as an input, as from operator set 13 on, and not as an attribute. */
  readonly splitsByInput: boolean;
}

/** What layers share, by their heads. */
type Shared = SharedValues & { readonly suffix: SharedSuffix | undefined };

function addShared(
  graph: OnnxGraph,
  layers: readonly Layer[],
  cache: UnfuseAttentionOptions['cache'],
): ReadonlyMap<number, Shared> {
  const suffix = cache === 'in-place' ? addSuffixValues(graph, layers.length) : undefined;
  const shared = new Map<number, Shared>();
  for (const { sizes } of layers) {
    if (shared.has(sizes.heads)) continue;
    const values = addSharedValues(graph, sizes);
    shared.set(sizes.heads, { ...values, suffix: suffix && addSharedSuffix(graph, sizes, suffix) });
  }
  return shared;
}

/** The layers of the cache, `[layer]`, by the contract's names. @throws {GraphError} `UNSUPPORTED_GRAPH` */
function readLayers(graph: GraphProto | undefined): Layer[] {
  const { inputs = [], nodes = [] } = graph ?? {};
  const declared = new Map(inputs.map((input) => [input.name, input]));
  const byPast = new Map(
    nodes
      .filter((node) => isOperator(node, 'GroupQueryAttention'))
      .map((node) => [node.inputs[attentionPlaces.pastKey], node]),
  );
  const layers: Layer[] = [];
  for (let layer = 0; declared.has(pastKeysInput(layer)); layer++) {
    const name = pastKeysInput(layer);
    const node = byPast.get(name);
    const reader = nodes.find((other) => other !== node && other.inputs.includes(name));
    if (reader !== undefined) throw unsupportedNode(reader, `reads "${name}" and is no GroupQueryAttention`);
    layers.push({ layer, node, sizes: readSizes(declared.get(name)!, node) });
  }
  if (layers.length === 0) throw unsupportedGraph(`it has no input "${pastKeysInput(0)}"`, pastKeysInput(0));
  return layers;
}

function readSizes(past: ValueInfo, node: NodeProto | undefined): AttentionSizes {
  if (node !== undefined) requirePlain(node);
  const [, kvHeads, , headSize] = (past.type?.tensorType?.shape?.dimensions ?? []).map(({ value }) =>
    Number(value),
  );
  if (!(kvHeads! > 0 && headSize! > 0)) {
    throw unsupportedGraph(
      `"${past.name}" does not tell how many heads it has, and of what size`,
      past.name!,
    );
  }
  const heads = node === undefined ? kvHeads! : integerAttribute(node, 'num_heads')!;
  return { heads, kvHeads: kvHeads!, headSize: headSize! };
}

/** @throws {GraphError} `UNSUPPORTED_GRAPH` for what plain products of queries, keys and values would leave out. */
function requirePlain(node: NodeProto): void {
  refuseVariants(node);
  if (integerAttribute(node, 'do_rotary') === 1) throw unsupportedNode(node, 'rotates queries and keys');
  if (node.inputs.slice(0, 3).includes(''))
    throw unsupportedNode(node, 'takes queries, keys and values as one');
  if (node.inputs[attentionPlaces.bias] !== beltInputs.attentionBias) {
    throw unsupportedNode(node, `has another bias than "${beltInputs.attentionBias}"`);
  }
  if (node.inputs[attentionPlaces.queryNorm] || node.inputs[attentionPlaces.keyNorm]) {
    throw unsupportedNode(node, 'normalizes queries or keys');
  }
}

/** Version of ONNX's own operators. */
function operatorSetOf({ operatorSets }: ModelProto): bigint {
  return operatorSets.find(({ domain }) => !domain || domain === 'ai.onnx')?.version ?? 0n;
}

/** Declares what the graph reads of a layer's cache. */
function addSlots(graph: OnnxGraph, { layer, sizes }: Layer, cache: UnfuseAttentionOptions['cache']): void {
  const slots = [cache === 'in-place' ? 'read' : 'past', sizes.kvHeads, sizes.headSize];
  graph.input(keysInput(layer), 'float', slots);
  graph.input(valuesInput(layer), 'float', slots);
}

/** Frees the outputs' names for the node that gives a layer's queries and its new slots at once. */
function renameNewSlots(graph: GraphProto, layers: readonly Layer[]): void {
  const outputs = layers
    .filter(({ node }) => node !== undefined)
    .flatMap(({ layer }) => [newKeysOutput(layer), newValuesOutput(layer)]);
  const renamed = new Map(outputs.map((name) => [name, `${name}.computed`]));
  const rename = (name: string): string => renamed.get(name) ?? name;
  for (const node of graph.nodes) {
    node.inputs = node.inputs.map(rename);
    node.outputs = node.outputs.map(rename);
  }
}

function unfuse(graph: OnnxGraph, node: NodeProto, form: LayerForm): void {
  const { cache, layer, name, sizes, shared } = form;
  const addParts = cache === 'in-place' ? splitParts : joinParts;
  const attention = {
    ...addParts(graph, node, form),
    ...{ name, sizes, output: node.outputs[0]! },
    scale: floatAttribute(node, 'scale') || sizes.headSize ** -0.5,
    softcap: floatAttribute(node, 'softcap') ?? 0,
    sink:
      node.inputs[attentionPlaces.sink] ||
      (integerAttribute(node, 'smooth_softmax') === 1 ? 'zero' : undefined),
  };
  if (shared.suffix === undefined) addPlainAttention(graph, shared, attention);
  else addChosenAttention(graph, shared, attention, { ...shared.suffix, layer });
}

/**
 * One node gives the queries and writes the new slots, so that nothing that needs the queries can come before they are
 * written: a runtime knows no other order between an output and an input in the same memory.
 */
function splitParts(graph: OnnxGraph, node: NodeProto, { layer, name, sizes, splitsByInput }: LayerForm) {
  const queries = `${name}.queries`;
  const together = graph.node(`${name}.together`, 'Concat', node.inputs.slice(0, 3), {
    attributes: { axis: 2 },
  });
  const { heads, kvHeads, headSize } = sizes;
  const widths = [heads, kvHeads, kvHeads].map((count) => count * headSize);
  const inputs = splitsByInput ? [together, graph.integers(`${name}.widths`, widths)] : [together];
  graph.node(queries, 'Split', inputs, {
    attributes: { axis: 2, ...(splitsByInput ? {} : { split: widths }) },
    outputs: [queries, newKeysOutput(layer), newValuesOutput(layer)],
  });
  return { queries, keys: keysInput(layer), values: valuesInput(layer) };
}

function joinParts(graph: OnnxGraph, { inputs }: NodeProto, { layer, name, shared }: LayerForm) {
  const join = (part: string, past: string, added: string): string => {
    const slots = graph.node(`${name}.new_${part}`, 'Reshape', [added, shared.slotsShape]);
    return graph.node(`${name}.${part}`, 'Concat', [past, slots], { attributes: { axis: 0 } });
  };
  const [queries, keys, values] = inputs as [string, string, string];
  return {
    queries,
    keys: join('keys', keysInput(layer), keys),
    values: join('values', valuesInput(layer), values),
  };
}
