import { beltContractVersion, beltMetadata } from './contract.ts';
import { GraphError } from './graph-error.ts';
import type { Precision } from './graph-parts.ts';
import { type ModelProto, modelTable } from './onnx-messages.ts';
import { decodeMessage } from './protobuf.ts';

/** Precision of a graph's weights: graphs of other exporters may have halves too. */
export type GraphPrecision = Precision | 'fp16';

/** What an adapter must know to feed a belt-ready graph. */
export interface BeltGraphInfo {
  readonly contractVersion: number;
  /** As in a Hugging Face config, for example `llama`. */
  readonly architecture: string;
  readonly precision: GraphPrecision;
  readonly layers: number;
  readonly kvHeads: number;
  readonly headSize: number;
  readonly vocabularySize: number;
  /** Positions lie in `[0, contextLength)`. */
  readonly contextLength: number;
}

/** The model's metadata that {@link readBeltGraph} reads back. */
export function beltGraphMetadata(info: BeltGraphInfo): Record<string, string> {
  const names = Object.keys(beltMetadata) as (keyof BeltGraphInfo)[];
  return Object.fromEntries(names.map((name) => [beltMetadata[name], String(info[name])]));
}

/**
 * Reads what a belt-ready ONNX file says about itself, without touching its weights.
 *
 * @throws {GraphError} `INVALID_PROTOBUF` when the bytes are no ONNX file, `NOT_BELT_READY` when they are another one or
 * of a contract version that this package does not know.
 * @example
 * const { layers, kvHeads, headSize } = readBeltGraph(await readFile('model.onnx'));
 */
export function readBeltGraph(bytes: Uint8Array): BeltGraphInfo {
  if (bytes.length === 0) {
    throw new GraphError(
      'INVALID_PROTOBUF',
      'Expected an ONNX file, but it is empty. Get or build it again.',
    );
  }
  const model = decodeMessage(modelTable, bytes);
  if (model.graph === undefined) throw notReady('it has no graph');
  const read = metadataReader(model);
  const contractVersion = readCount(read, 'contractVersion');
  if (contractVersion !== beltContractVersion) {
    throw notReady(
      `it follows contract version ${contractVersion}, and this package knows version ${beltContractVersion}`,
    );
  }
  return {
    contractVersion,
    architecture: read('architecture'),
    precision: readWord(read, 'precision', ['fp32', 'fp16', 'int8', 'int4', 'w8a8']),
    layers: readCount(read, 'layers'),
    kvHeads: readCount(read, 'kvHeads'),
    headSize: readCount(read, 'headSize'),
    vocabularySize: readCount(read, 'vocabularySize'),
    contextLength: readCount(read, 'contextLength'),
  };
}

type Read = (name: keyof BeltGraphInfo) => string;

function metadataReader(model: ModelProto): Read {
  const values = new Map(model.metadata.map(({ key, value }) => [key, value ?? '']));
  return (name) => {
    const value = values.get(beltMetadata[name]);
    if (value === undefined) throw notReady(`its metadata lack ${beltMetadata[name]}`);
    return value;
  };
}

function readCount(read: Read, name: keyof BeltGraphInfo): number {
  const text = read(name);
  const value = Number(text);
  if (!/^[1-9]\d*$/.test(text) || !Number.isSafeInteger(value)) {
    throw notReady(`its ${beltMetadata[name]} is ${JSON.stringify(text)} instead of a count`);
  }
  return value;
}

function readWord<Word extends string>(read: Read, name: keyof BeltGraphInfo, words: readonly Word[]): Word {
  const text = read(name);
  const word = words.find((candidate) => candidate === text);
  if (word === undefined)
    throw notReady(`its ${beltMetadata[name]} is ${JSON.stringify(text)}, not ${words.join(', ')}`);
  return word;
}

function notReady(problem: string): GraphError {
  return new GraphError(
    'NOT_BELT_READY',
    `Expected a belt-ready ONNX graph, but ${problem}. Build one from a Hugging Face checkpoint with buildBeltGraph.`,
  );
}
