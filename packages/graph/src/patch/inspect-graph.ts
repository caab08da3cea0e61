import { type BeltGraphInfo, readBeltGraph } from '../belt-graph-info.ts';
import { GraphError } from '../graph-error.ts';
import { modelTable, type ValueInfo } from '../onnx-messages.ts';
import { decodeMessage } from '../protobuf.ts';
import { type PatchGraphOptions, patchGraph } from './patch-graph.ts';

/** An input of a graph. */
export interface GraphInput {
  readonly name: string;
  /** ONNX's name of the element type, in small letters; `?` for one that is rare. */
  readonly type: string;
  /** Sizes, or the names that the exporter gave to open ones. */
  readonly shape: readonly (number | string)[];
}

export interface GraphReport {
  /** The exporter, as it calls itself. */
  readonly producer: string | undefined;
  readonly inputs: readonly GraphInput[];
  /** Whether a belt can run on it: as it is, when it has been patched, or not at all. */
  readonly readiness: 'ready' | 'patchable' | 'unsupported';
  /** Undefined where it is unsupported. */
  readonly info: BeltGraphInfo | undefined;
  /** What stands in the way; undefined where nothing does. */
  readonly obstacle: GraphError | undefined;
}

/**
 * Says what an ONNX graph is, and whether it is or can be made belt-ready.
 *
 * @throws {GraphError} `INVALID_PROTOBUF` when the bytes are no ONNX file; what is wrong with one is in the report.
 * @example
 * const { readiness, obstacle } = inspectGraph(await readFile('model.onnx'), { config });
 */
export function inspectGraph(file: Uint8Array, options: PatchGraphOptions = {}): GraphReport {
  const model = decodeMessage(modelTable, file);
  const initializers = new Set(model.graph?.initializers.map(({ name }) => name));
  const inputs = (model.graph?.inputs ?? []).filter(({ name }) => !initializers.has(name)).map(describeInput);
  const about = { producer: model.producerName || undefined, inputs };
  try {
    return { ...about, readiness: 'ready', info: readBeltGraph(file), obstacle: undefined };
  } catch (error) {
    if (!(error instanceof GraphError)) throw error;
  }
  try {
    return { ...about, readiness: 'patchable', info: patchGraph(file, options).info, obstacle: undefined };
  } catch (error) {
    if (!(error instanceof GraphError)) throw error;
    return { ...about, readiness: 'unsupported', info: undefined, obstacle: error };
  }
}

/** `TensorProto.DataType` of inputs that language models have. */
const typeNames: Readonly<Record<number, string>> = {
  ...{
    1: 'float32',
    2: 'uint8',
    3: 'int8',
    6: 'int32',
    7: 'int64',
    9: 'bool',
    10: 'float16',
    16: 'bfloat16',
  },
};

function describeInput({ name = '', type }: ValueInfo): GraphInput {
  const { elementType = 0, shape } = type?.tensorType ?? {};
  return {
    name,
    type: typeNames[elementType] ?? '?',
    shape: (shape?.dimensions ?? []).map(({ value, parameter }) =>
      value === undefined ? (parameter ?? '?') : Number(value),
    ),
  };
}
