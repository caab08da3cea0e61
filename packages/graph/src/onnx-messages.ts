import type { MessageTable } from './protobuf.ts';

// Field numbers are those of onnx.proto3. Fields that nobody here reads stay in `unknown`, byte for byte:
// that is what keeps a foreign graph intact, and its typed arrays out of JavaScript number arrays.

interface Message {
  /** Fields that the table does not name, each with its tag: views into the decoded bytes. */
  unknown?: Uint8Array[];
}

export interface StringEntry extends Message {
  key?: string;
  value?: string;
}

export interface OperatorSet extends Message {
  domain?: string;
  version?: bigint;
}

export interface TensorProto extends Message {
  dims: bigint[];
  dataType?: number;
  name?: string;
  rawData?: Uint8Array;
  externalData: StringEntry[];
  dataLocation?: number;
}

export interface Dimension extends Message {
  value?: bigint;
  parameter?: string;
}

export interface TensorShape extends Message {
  dimensions: Dimension[];
}

export interface TensorType extends Message {
  elementType?: number;
  shape?: TensorShape;
}

export interface TypeProto extends Message {
  tensorType?: TensorType;
}

export interface ValueInfo extends Message {
  name?: string;
  type?: TypeProto;
}

export interface Attribute extends Message {
  name?: string;
  float?: number;
  int?: bigint;
  string?: Uint8Array;
  tensor?: TensorProto;
  /** A nested graph, encoded: almost nobody needs to look inside, and nesting has no bound. */
  graph?: Uint8Array;
  ints: bigint[];
  type?: number;
}

export interface NodeProto extends Message {
  inputs: string[];
  outputs: string[];
  name?: string;
  operator?: string;
  attributes: Attribute[];
  domain?: string;
}

export interface GraphProto extends Message {
  nodes: NodeProto[];
  name?: string;
  initializers: TensorProto[];
  inputs: ValueInfo[];
  outputs: ValueInfo[];
  /** What exporters noted of the values between. */
  valueInfo: ValueInfo[];
}

export interface ModelProto extends Message {
  irVersion?: bigint;
  producerName?: string;
  graph?: GraphProto;
  operatorSets: OperatorSet[];
  metadata: StringEntry[];
}

/** `TensorProto.DataType`. */
export const dataType = { float: 1, uint8: 2, int8: 3, int32: 6, int64: 7, bool: 9, float16: 10 } as const;

/** `AttributeProto.AttributeType`. */
export const attributeType = { float: 1, int: 2, graph: 5, ints: 7 } as const;

/** `TensorProto.DataLocation`. */
export const dataLocation = { default: 0, external: 1 } as const;

const stringEntryTable: MessageTable<StringEntry> = {
  key: { number: 1, kind: 'string' },
  value: { number: 2, kind: 'string' },
};

const operatorSetTable: MessageTable<OperatorSet> = {
  domain: { number: 1, kind: 'string' },
  version: { number: 2, kind: 'int64' },
};

const tensorTable: MessageTable<TensorProto> = {
  dims: { number: 1, kind: 'int64', repeated: true },
  dataType: { number: 2, kind: 'int32' },
  name: { number: 8, kind: 'string' },
  rawData: { number: 9, kind: 'bytes' },
  externalData: { number: 13, kind: stringEntryTable, repeated: true },
  dataLocation: { number: 14, kind: 'int32' },
};

const dimensionTable: MessageTable<Dimension> = {
  value: { number: 1, kind: 'int64' },
  parameter: { number: 2, kind: 'string' },
};

const tensorShapeTable: MessageTable<TensorShape> = {
  dimensions: { number: 1, kind: dimensionTable, repeated: true },
};

const tensorTypeTable: MessageTable<TensorType> = {
  elementType: { number: 1, kind: 'int32' },
  shape: { number: 2, kind: tensorShapeTable },
};

const typeTable: MessageTable<TypeProto> = {
  tensorType: { number: 1, kind: tensorTypeTable },
};

const valueInfoTable: MessageTable<ValueInfo> = {
  name: { number: 1, kind: 'string' },
  type: { number: 2, kind: typeTable },
};

const attributeTable: MessageTable<Attribute> = {
  name: { number: 1, kind: 'string' },
  float: { number: 2, kind: 'float' },
  int: { number: 3, kind: 'int64' },
  string: { number: 4, kind: 'bytes' },
  tensor: { number: 5, kind: tensorTable },
  graph: { number: 6, kind: 'bytes' },
  ints: { number: 8, kind: 'int64', repeated: true },
  type: { number: 20, kind: 'int32' },
};

const nodeTable: MessageTable<NodeProto> = {
  inputs: { number: 1, kind: 'string', repeated: true },
  outputs: { number: 2, kind: 'string', repeated: true },
  name: { number: 3, kind: 'string' },
  operator: { number: 4, kind: 'string' },
  attributes: { number: 5, kind: attributeTable, repeated: true },
  domain: { number: 7, kind: 'string' },
};

/** Of a model's graph, and of the encoded ones in attributes. */
export const graphTable: MessageTable<GraphProto> = {
  nodes: { number: 1, kind: nodeTable, repeated: true },
  name: { number: 2, kind: 'string' },
  initializers: { number: 5, kind: tensorTable, repeated: true },
  inputs: { number: 11, kind: valueInfoTable, repeated: true },
  outputs: { number: 12, kind: valueInfoTable, repeated: true },
  valueInfo: { number: 13, kind: valueInfoTable, repeated: true },
};

/** The table of an ONNX file's outermost message. */
export const modelTable: MessageTable<ModelProto> = {
  irVersion: { number: 1, kind: 'int64' },
  producerName: { number: 2, kind: 'string' },
  graph: { number: 7, kind: graphTable },
  operatorSets: { number: 8, kind: operatorSetTable, repeated: true },
  metadata: { number: 14, kind: stringEntryTable, repeated: true },
};
