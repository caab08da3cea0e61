import { joinBytes } from './join-bytes.ts';
import {
  type Attribute,
  attributeType,
  dataLocation,
  dataType,
  type GraphProto,
  graphTable,
  type ModelProto,
  type NodeProto,
  type TensorProto,
  type ValueInfo,
} from './onnx-messages.ts';
import { encodeMessage } from './protobuf.ts';
import type { StoredBytes } from './weight-sink.ts';

export type ElementType = keyof typeof dataType;

/** A whole number is an integer attribute, as are those of a list; floats and nested graphs are marked. */
export type AttributeValue =
  | number
  | readonly number[]
  | { readonly float: number }
  | { readonly graph: OnnxGraph };

export interface NodeOptions {
  /** Default: ONNX's own operators. */
  readonly domain?: 'com.microsoft';
  readonly attributes?: Readonly<Record<string, AttributeValue>>;
  /** Default: one output with the node's name; '' is an output that is left out. */
  readonly outputs?: readonly string[];
}

/** Collects a graph's nodes in the order of execution; every method returns the name of the value it adds. */
export interface OnnxGraph {
  input(name: string, type: ElementType, shape: readonly (number | string)[]): string;
  output(name: string, type: ElementType, shape: readonly (number | string)[]): string;
  node(name: string, operator: string, inputs: readonly string[], options?: NodeOptions): string;
  initializer(name: string, type: ElementType, shape: readonly number[], stored: StoredBytes): string;
  /** An int64 scalar initializer. */
  integer(name: string, value: number): string;
  /** An int64 `[values.length]` initializer. */
  integers(name: string, values: readonly number[]): string;
  finish(metadata: Readonly<Record<string, string>>): ModelProto;
}

/** IR 10 and operator set 21: what ONNX Runtime reads since 1.18. */
const irVersion = 10n;
const operatorSetVersion = 21n;

export function createOnnxGraph(): OnnxGraph {
  const graph: GraphProto = {
    name: 'belt',
    nodes: [],
    initializers: [],
    inputs: [],
    outputs: [],
    valueInfo: [],
  };
  return {
    input(name, type, shape) {
      graph.inputs.push(valueInfo(name, type, shape));
      return name;
    },
    output(name, type, shape) {
      graph.outputs.push(valueInfo(name, type, shape));
      return name;
    },
    node(name, operator, inputs, options = {}) {
      graph.nodes.push(nodeProto(name, operator, inputs, options));
      return options.outputs?.[0] ?? name;
    },
    initializer(name, type, shape, stored) {
      graph.initializers.push(tensorProto(name, type, shape, stored));
      return name;
    },
    integer(name, value) {
      return this.initializer(name, 'int64', [], integerBytes([value]));
    },
    integers(name, values) {
      return this.initializer(name, 'int64', [values.length], integerBytes(values));
    },
    finish(metadata) {
      return {
        irVersion,
        producerName: 'beltline',
        graph,
        operatorSets: [
          { domain: '', version: operatorSetVersion },
          { domain: 'com.microsoft', version: 1n },
        ],
        metadata: Object.entries(metadata).map(([key, value]) => ({ key, value })),
      };
    },
  };
}

function integerBytes(values: readonly number[]): StoredBytes {
  return { kind: 'inline', bytes: new Uint8Array(BigInt64Array.from(values, BigInt).buffer) };
}

/** Moves all that was added into another graph, but the nodes: they are returned, for their places differ. */
export function moveInto(graph: GraphProto, added: OnnxGraph): readonly NodeProto[] {
  const { nodes, inputs, outputs, initializers } = added.finish({}).graph!;
  graph.inputs.push(...inputs);
  graph.outputs.push(...outputs);
  graph.initializers.push(...initializers);
  return nodes;
}

function nodeProto(
  name: string,
  operator: string,
  inputs: readonly string[],
  options: NodeOptions,
): NodeProto {
  return {
    name,
    operator,
    inputs: [...inputs],
    outputs: [...(options.outputs ?? [name])],
    ...(options.domain === undefined ? {} : { domain: options.domain }),
    attributes: Object.entries(options.attributes ?? {}).map(([key, value]) => attribute(key, value)),
  };
}

function attribute(name: string, value: AttributeValue): Attribute {
  if (typeof value === 'number') return { name, type: attributeType.int, int: BigInt(value), ints: [] };
  if ('float' in value) return { name, type: attributeType.float, float: value.float, ints: [] };
  if ('graph' in value) {
    const { parts, byteLength } = encodeMessage(graphTable, value.graph.finish({}).graph!);
    return { name, type: attributeType.graph, graph: joinBytes(parts, byteLength), ints: [] };
  }
  return { name, type: attributeType.ints, ints: value.map(BigInt) };
}

function tensorProto(
  name: string,
  type: ElementType,
  shape: readonly number[],
  stored: StoredBytes,
): TensorProto {
  const tensor = { name, dataType: dataType[type], dims: shape.map(BigInt) };
  if (stored.kind === 'inline') return { ...tensor, rawData: stored.bytes, externalData: [] };
  return {
    ...tensor,
    dataLocation: dataLocation.external,
    externalData: [
      { key: 'location', value: stored.location },
      { key: 'offset', value: String(stored.offset) },
      { key: 'length', value: String(stored.byteLength) },
    ],
  };
}

function valueInfo(name: string, type: ElementType, shape: readonly (number | string)[]): ValueInfo {
  const dimensions = shape.map((size) =>
    typeof size === 'number' ? { value: BigInt(size) } : { parameter: size },
  );
  return { name, type: { tensorType: { elementType: dataType[type], shape: { dimensions } } } };
}
