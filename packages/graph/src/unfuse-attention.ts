import {
  keysInput,
  newKeysOutput,
  newValuesOutput,
  pastKeysInput,
  pastValuesInput,
  valuesInput,
} from './contract.ts';
import { joinBytes } from './join-bytes.ts';
import { createOnnxGraph, moveInto, type OnnxGraph } from './onnx-graph.ts';
import { type GraphProto, modelTable, type NodeProto } from './onnx-messages.ts';
import { floatAttribute, integerAttribute, isOperator } from './patch/node-attributes.ts';
import { pruneGraph } from './patch/prune-graph.ts';
import {
  type AttentionSizes,
  addPlainAttention,
  addSharedValues,
  type SharedValues,
} from './plain-attention.ts';
import { decodeMessage, encodeMessage } from './protobuf.ts';

export interface UnfuseAttentionOptions {
  /**
   * What the graph reads as `keys.{layer}` and `values.{layer}`.
   *
   * - `in-place`: the slots of past and new tokens. Whoever runs the graph has it write `new_keys.{layer}` and
   *   `new_values.{layer}` into the last S slots of that same memory; each layer does so before it attends.
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
 * @returns the bytes of an ONNX file; a graph without GroupQueryAttention is returned as it is.
 * @throws {GraphError} `INVALID_PROTOBUF` when the bytes are no ONNX file.
 * @example
 * const session = await InferenceSession.create(unfuseAttention(graph, { cache: 'in-place' }));
 */
export function unfuseAttention(bytes: Uint8Array, { cache }: UnfuseAttentionOptions): Uint8Array {
  const model = decodeMessage(modelTable, bytes);
  const { graph } = model;
  const layers = graph === undefined ? [] : attentionNodes(graph);
  if (graph === undefined || layers.length === 0) return bytes;
  const sizes = attentionSizes(graph, layers[0]!);
  const first = createOnnxGraph();
  const form: Form = {
    ...{ cache, sizes },
    shared: addSharedValues(first, sizes),
    splitsByInput: (model.operatorSets.find(({ domain }) => !domain)?.version ?? 0n) >= 13n,
  };
  if (cache === 'in-place') renameNewSlots(graph, layers.length);
  const past = new Set(layers.flatMap((_, layer) => [pastKeysInput(layer), pastValuesInput(layer)]));
  graph.inputs = graph.inputs.filter(({ name = '' }) => !past.has(name));
  const replaced = new Map<NodeProto, readonly NodeProto[]>();
  for (const [layer, node] of layers.entries()) {
    const added = createOnnxGraph();
    unfuse(added, node, { ...form, layer, name: `${node.outputs[0]}.unfused` });
    replaced.set(node, moveInto(graph, added));
  }
  graph.nodes = [...moveInto(graph, first), ...graph.nodes.flatMap((node) => replaced.get(node) ?? [node])];
  // What counted the past's slots has no reader any more.
  pruneGraph(graph);
  const { parts, byteLength } = encodeMessage(modelTable, model);
  return joinBytes(parts, byteLength);
}

/** What all layers are changed by. */
interface Form extends UnfuseAttentionOptions {
  readonly sizes: AttentionSizes;
  readonly shared: SharedValues;
  /** Whether Split takes sizes as an input, as from operator set 13 on, and not as an attribute. */
  readonly splitsByInput: boolean;
}

interface LayerForm extends Form {
  readonly layer: number;
  /** What the names of the layer's new values begin with. */
  readonly name: string;
}

/** The attention of each layer, `[layer]`; empty where a graph has none by the contract's names. */
function attentionNodes({ nodes }: GraphProto): NodeProto[] {
  const byPast = new Map(
    nodes.filter((node) => isOperator(node, 'GroupQueryAttention')).map((node) => [node.inputs[3], node]),
  );
  const layers: NodeProto[] = [];
  for (let node = byPast.get(pastKeysInput(0)); node; node = byPast.get(pastKeysInput(layers.length))) {
    layers.push(node);
  }
  return layers;
}

function attentionSizes(graph: GraphProto, node: NodeProto): AttentionSizes {
  const past = graph.inputs.find(({ name }) => name === node.inputs[3]);
  const headSize = Number(past!.type!.tensorType!.shape!.dimensions[3]!.value);
  return {
    heads: integerAttribute(node, 'num_heads')!,
    kvHeads: integerAttribute(node, 'kv_num_heads')!,
    headSize,
  };
}

/** Frees the outputs' names for the node that gives a layer's queries and its new slots at once. */
function renameNewSlots(graph: GraphProto, layers: number): void {
  const outputs = Array.from({ length: layers }, (_, layer) => [
    newKeysOutput(layer),
    newValuesOutput(layer),
  ]);
  const renamed = new Map(outputs.flat().map((name) => [name, `${name}.computed`]));
  const rename = (name: string): string => renamed.get(name) ?? name;
  for (const node of graph.nodes) {
    node.inputs = node.inputs.map(rename);
    node.outputs = node.outputs.map(rename);
  }
}

function unfuse(graph: OnnxGraph, node: NodeProto, form: LayerForm): void {
  const { cache, layer, name, sizes, shared } = form;
  const slots = [cache === 'in-place' ? 'total' : 'past', sizes.kvHeads, sizes.headSize];
  graph.input(keysInput(layer), 'float', slots);
  graph.input(valuesInput(layer), 'float', slots);
  const addParts = cache === 'in-place' ? splitParts : joinParts;
  addPlainAttention(graph, shared, {
    ...addParts(graph, node, form),
    ...{ name, sizes, output: node.outputs[0]! },
    scale: floatAttribute(node, 'scale') || sizes.headSize ** -0.5,
    softcap: floatAttribute(node, 'softcap') ?? 0,
    sink: node.inputs[11] || (integerAttribute(node, 'smooth_softmax') === 1 ? 'zero' : undefined),
  });
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
