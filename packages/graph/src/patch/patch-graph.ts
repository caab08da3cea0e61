import { type BeltGraphInfo, beltGraphMetadata } from '../belt-graph-info.ts';
import type { BeltGraph } from '../build-belt-graph.ts';
import { defaultContextLimit } from '../build-belt-graph.ts';
import {
  beltContractVersion,
  beltInputs,
  newKeysOutput,
  newValuesOutput,
  pastKeysInput,
  pastValuesInput,
} from '../contract.ts';
import { createOnnxGraph, moveInto, type OnnxGraph } from '../onnx-graph.ts';
import { type ModelProto, modelTable, type NodeProto } from '../onnx-messages.ts';
import { decodeMessage, encodeMessage } from '../protobuf.ts';
import type { AttentionLayer } from './attention-layer.ts';
import { checkPlaces } from './check-places.ts';
import { feedPositions } from './computed-positions.ts';
import { findAttention } from './find-attention.ts';
import { findLogitsHead, gatherLogits } from './gather-logits.ts';
import { type GraphIndex, indexGraph } from './graph-index.ts';
import { findPrecision } from './graph-precision.ts';
import { readHints } from './model-hints.ts';
import { unsupportedGraph } from './node-attributes.ts';
import { checkInputs, refuseCoupling, refuseLeftovers } from './patch-checks.ts';
import { pruneGraph } from './prune-graph.ts';
import { rewriteAttention, type StepValues } from './rewrite-attention.ts';
import { chooseTables } from './rotary-tables.ts';

export interface PatchGraphOptions {
  /** config.json, or the `model` part of genai_config.json, parsed: for what the graph does not say itself. */
  readonly config?: unknown;
  /** Positions that the graph can take; default: what graph and config allow, or {@link defaultContextLimit} if they do not say. */
  readonly contextLength?: number;
}

/**
 * Makes a graph of another exporter belt-ready, in memory: its attention is replaced, its weights are views of `file`.
 *
 * @throws {GraphError} `UNSUPPORTED_GRAPH` naming the node or input that stands in the way, `INVALID_PROTOBUF` or
 * `INVALID_GRAPH` for a damaged file; RangeError for a `contextLength` that the graph does not have.
 * @example
 * const { info, parts } = patchGraph(await readFile('model.onnx'), { config });
 */
export function patchGraph(file: Uint8Array, options: PatchGraphOptions = {}): BeltGraph {
  const model = decodeMessage(modelTable, file);
  const { graph } = model;
  if (graph === undefined) throw unsupportedGraph('it has no nodes', 'graph');
  checkPlaces(graph);
  const index = indexGraph(graph);
  checkInputs(index);
  refuseCoupling(index);
  const layers = findAttention(index);
  const head = findLogitsHead(index);
  const hints = readHints(options.config);
  const tables = chooseTables(index, layers, options.contextLength);
  const contextLength = limitContext(options.contextLength, tables, hints.contextLength);
  const { kvHeads, headSize } = layers[0]!;
  const info: BeltGraphInfo = {
    contractVersion: beltContractVersion,
    architecture: hints.architecture ?? 'unknown',
    precision: findPrecision(index, head),
    layers: layers.length,
    ...{ kvHeads, headSize, vocabularySize: head.vocabularySize, contextLength },
  };
  feedPositions(index);
  rewrite(index, layers, head);
  pruneGraph(graph);
  refuseLeftovers(graph);
  declareDomain(model);
  model.metadata = Object.entries(beltGraphMetadata(info)).map(([key, value]) => ({ key, value }));
  return { info, ...encodeMessage(modelTable, model) };
}

/** The least of what is asked for, what the rotary tables hold, and what the model was made for. */
function limitContext(
  wanted: number | undefined,
  tables: number | undefined,
  trained: number | undefined,
): number {
  const greatest = Math.min(tables ?? Infinity, trained ?? Infinity);
  if (wanted !== undefined) {
    if (Number.isSafeInteger(wanted) && wanted > 0 && wanted <= greatest) return wanted;
    throw new RangeError(`Expected contextLength from 1 to the graph's ${greatest}, got ${wanted}.`);
  }
  // Positions that a graph computes have no end, but neither does anyone know how far the model is good.
  return Number.isFinite(greatest) ? greatest : defaultContextLimit;
}

function rewrite(
  index: GraphIndex,
  layers: readonly AttentionLayer[],
  head: ReturnType<typeof findLogitsHead>,
): void {
  const { graph } = index;
  const added = createOnnxGraph();
  graph.inputs = [];
  graph.outputs = [];
  const shared = addStepValues(added);
  const replaced = new Map<NodeProto, readonly NodeProto[]>();
  for (const [number, layer] of layers.entries()) {
    const nodes = createOnnxGraph();
    rewriteAttention(nodes, layer, number, shared);
    addCache(added, layer, number);
    replaced.set(layer.node, moveInto(graph, nodes));
  }
  const [before, after] = [createOnnxGraph(), createOnnxGraph()];
  gatherLogits(before, after, head);
  added.output('logits', 'float', ['rows', head.vocabularySize]);
  replaced.set(head.product, [...moveInto(graph, before), head.product]);
  graph.nodes = [
    ...moveInto(graph, added),
    ...graph.nodes.flatMap((node) => replaced.get(node) ?? [node]),
    ...moveInto(graph, after),
  ];
  // Sizes that exporters noted need not be right any more.
  graph.valueInfo = [];
}

function addStepValues(graph: OnnxGraph): StepValues {
  const inputIds = graph.input(beltInputs.inputIds, 'int64', [1, 'new']);
  const positionIds = graph.input(beltInputs.positionIds, 'int64', [1, 'new']);
  const attentionBias = graph.input(beltInputs.attentionBias, 'float', [1, 1, 'new', 'total']);
  const pastLength = graph.input(beltInputs.pastLength, 'int32', [1]);
  graph.input(beltInputs.logitsRows, 'int64', ['rows']);
  const one = new Uint8Array(Int32Array.of(1).buffer);
  const step = graph.initializer('belt.one', 'int32', [1], { kind: 'inline', bytes: one });
  const lengths = graph.node('belt.lengths', 'Shape', [inputIds]);
  const added = graph.node('belt.new_length', 'Gather', [lengths, graph.integers('belt.axis', [1])]);
  const count = graph.node('belt.new_count', 'Cast', [added], { attributes: { to: 6 } });
  const totalLength = graph.node('belt.total_length', 'Add', [pastLength, count]);
  const lastIndex = graph.node('belt.last_index', 'Sub', [totalLength, step]);
  return { positionIds, attentionBias, lastIndex, totalLength };
}

function addCache(graph: OnnxGraph, { kvHeads, headSize }: AttentionLayer, number: number): void {
  for (const name of [pastKeysInput(number), pastValuesInput(number)]) {
    graph.input(name, 'float', [1, kvHeads, 'capacity', headSize]);
  }
  for (const name of [newKeysOutput(number), newValuesOutput(number)]) {
    graph.output(name, 'float', [1, 'new', kvHeads * headSize]);
  }
}

function declareDomain(model: ModelProto): void {
  if (model.operatorSets.some(({ domain }) => domain === 'com.microsoft')) return;
  model.operatorSets.push({ domain: 'com.microsoft', version: 1n });
}
