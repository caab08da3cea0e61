import { type BeltGraphInfo, beltGraphMetadata } from './belt-graph-info.ts';
import { checkCheckpoint, checkpointLayout } from './checkpoint-layout.ts';
import {
  beltContractVersion,
  beltInputs,
  newKeysOutput,
  newValuesOutput,
  pastKeysInput,
  pastValuesInput,
} from './contract.ts';
import { addDecoderLayer, addNorm, type Hidden, type SharedValues } from './decoder-layer.ts';
import { addEmbeddings, addLogits } from './embeddings.ts';
import { GraphError } from './graph-error.ts';
import type { BuildContext, Precision } from './graph-parts.ts';
import { integerProducts } from './integer-products.ts';
import type { ModelConfig } from './model-config.ts';
import { createOnnxGraph } from './onnx-graph.ts';
import { modelTable } from './onnx-messages.ts';
import { encodeMessage } from './protobuf.ts';
import { blockSize } from './quantize.ts';
import { ropeTables } from './rope.ts';
import { spreadCheckpoint, spreadConfig } from './spread-checkpoint.ts';
import type { TensorSource } from './tensor-source.ts';
import type { WeightSink } from './weight-sink.ts';
import { storeFloats } from './weights.ts';

/** Longest context that a graph gets unless asked for more: its rotary tables take 8 bytes per position and pair. */
export const defaultContextLimit = 32768;

export interface BuildProgress {
  /** Weights read so far, and in all. */
  readonly done: number;
  readonly total: number;
}

export interface BuildBeltGraphOptions {
  readonly config: ModelConfig;
  readonly tensors: TensorSource;
  /** Default: fp32. */
  readonly precision?: Precision;
  /** Where weights go as they come. */
  readonly weights: WeightSink;
  /** Positions that the graph can take; default: the model's own, at most {@link defaultContextLimit}. */
  readonly contextLength?: number;
  readonly onProgress?: (progress: BuildProgress) => void;
  readonly signal?: AbortSignal;
}

export interface BeltGraph {
  readonly info: BeltGraphInfo;
  /** The .onnx file in pieces, in order. */
  readonly parts: readonly Uint8Array[];
  /** Bytes of all pieces. */
  readonly byteLength: number;
}

/**
 * Builds a belt-ready ONNX graph (the contract is in the README) from a checkpoint's config and weights.
 *
 * @throws {GraphError} `INVALID_CHECKPOINT` when weights and config do not fit, `UNSUPPORTED_MODEL` when a size does not
 * fit the precision, and whatever the sink throws; the signal's reason when aborted.
 * @example
 * const graph = await buildBeltGraph({ config, tensors, precision: 'int4', weights: inlineWeights() });
 */
export async function buildBeltGraph(options: BuildBeltGraphOptions): Promise<BeltGraph> {
  const { precision = 'fp32', weights: sink } = options;
  const contextLength = options.contextLength ?? Math.min(options.config.contextLength, defaultContextLimit);
  checkContextLength(options.config, contextLength);
  checkBlocks(options.config, precision);
  checkCheckpoint(options.config, options.tensors);
  const { config, tensors } =
    precision === 'w8a8'
      ? spreadCheckpoint(options.config, watched(options, spreadConfig(options.config)))
      : { config: options.config, tensors: watched(options, options.config) };
  const graph = createOnnxGraph();
  const context: BuildContext = {
    config,
    graph,
    tensors,
    sink,
    precision,
    products: precision === 'w8a8' ? integerProducts(graph, sink) : undefined,
  };
  const shared = await addShared(context, contextLength);
  const embeddings = await addEmbeddings(context);
  let hidden: Hidden = { residual: embeddings.lookUp('embedded', beltInputs.inputIds), update: undefined };
  for (let layer = 0; layer < config.layers; layer++) {
    addCache(context, layer);
    hidden = await addDecoderLayer(context, shared, layer, hidden);
  }
  const { normed } = await addNorm(context, 'final_norm', 'model.norm.weight', hidden);
  await addLogits(context, embeddings, normed);
  const { architecture, layers, kvHeads, headSize, vocabularySize } = config;
  const info = {
    contractVersion: beltContractVersion,
    ...{ architecture, precision, layers, kvHeads, headSize, vocabularySize, contextLength },
  };
  return { info, ...encodeMessage(modelTable, graph.finish(beltGraphMetadata(info))) };
}

function checkContextLength(config: ModelConfig, contextLength: number): void {
  if (Number.isSafeInteger(contextLength) && contextLength > 0 && contextLength <= config.contextLength)
    return;
  throw new RangeError(
    `Expected contextLength from 1 to the model's ${config.contextLength}, got ${contextLength}.`,
  );
}

function checkBlocks(config: ModelConfig, precision: Precision): void {
  if (precision === 'fp32') return;
  // In w8a8 only the embeddings are in blocks.
  const sizes = {
    hidden_size: config.hiddenSize,
    ...(precision !== 'w8a8' && {
      intermediate_size: config.intermediateSize,
      'num_attention_heads * head_dim': config.heads * config.headSize,
    }),
  };
  for (const [subject, size] of Object.entries(sizes)) {
    if (size % blockSize === 0) continue;
    throw new GraphError(
      'UNSUPPORTED_MODEL',
      `Precision ${precision} needs ${subject} to be a multiple of ${blockSize}, got ${size}. Use fp32.`,
      { subject },
    );
  }
}

/** The source, reporting progress and giving way to an abort at every read; all that `config` has is read once. */
function watched({ tensors, onProgress, signal }: BuildBeltGraphOptions, config: ModelConfig): TensorSource {
  let total = 0;
  for (const shape of checkpointLayout(config).values())
    total += shape.reduce((product, size) => product * size, 1);
  let done = 0;
  const watch = async <Rows>(name: string, rows: number, reading: () => Promise<Rows>): Promise<Rows> => {
    signal?.throwIfAborted();
    const values = await reading();
    done += rows * (tensors.tensors.get(name)!.shape[1] ?? 1);
    onProgress?.({ done, total });
    return values;
  };
  return {
    tensors: tensors.tensors,
    readRows: (name, first, end) => watch(name, end - first, () => tensors.readRows(name, first, end)),
    readBlocks: (name, first, end) => watch(name, end - first, () => tensors.readBlocks!(name, first, end)),
  };
}

/** Adds the inputs that all layers use, and what follows from them. */
async function addShared(
  { graph, config, sink }: BuildContext,
  contextLength: number,
): Promise<SharedValues> {
  graph.input(beltInputs.inputIds, 'int64', [1, 'new']);
  const positionIds = graph.input(beltInputs.positionIds, 'int64', [1, 'new']);
  const attentionBias = graph.input(beltInputs.attentionBias, 'float', [1, 1, 'new', 'total']);
  const pastLength = graph.input(beltInputs.pastLength, 'int32', [1]);
  const logitsRows = graph.input(beltInputs.logitsRows, 'int64', ['rows']);
  const one = new Uint8Array(Int32Array.of(1).buffer);
  const step = graph.initializer('one', 'int32', [1], { kind: 'inline', bytes: one });
  const newLength = graph.node('new_length', 'Shape', [beltInputs.inputIds], {
    attributes: { start: 1, end: 2 },
  });
  const newCount = graph.node('new_count', 'Cast', [newLength], { attributes: { to: 6 } });
  const totalLength = graph.node('total_length', 'Add', [pastLength, newCount]);
  const lastIndex = graph.node('last_index', 'Sub', [totalLength, step]);
  const tables = ropeTables(config, contextLength);
  const shape = [contextLength, config.headSize / 2];
  const cosines = await storeFloats(graph, sink, 'rope.cosines', shape, [tables.cosines]);
  const sines = await storeFloats(graph, sink, 'rope.sines', shape, [tables.sines]);
  return { positionIds, attentionBias, lastIndex, totalLength, cosines, sines, logitsRows };
}

/** Declares a layer's past, and its new keys and values as outputs. */
function addCache({ graph, config }: BuildContext, layer: number): void {
  const past = [1, config.kvHeads, 'capacity', config.headSize];
  const added = [1, 'new', config.kvHeads * config.headSize];
  graph.input(pastKeysInput(layer), 'float', past);
  graph.input(pastValuesInput(layer), 'float', past);
  graph.output(newKeysOutput(layer), 'float', added);
  graph.output(newValuesOutput(layer), 'float', added);
}
