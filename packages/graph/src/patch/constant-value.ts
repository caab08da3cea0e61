import { BinaryReader, WireType } from '@bufbuild/protobuf/wire';
import { toFloat32 } from '../float-conversion.ts';
import type { TensorProto } from '../onnx-messages.ts';
import type { GraphIndex } from './graph-index.ts';
import { floatAttribute, integerAttribute, integersAttribute } from './node-attributes.ts';

/** Constants that steer a graph are short; longer ones are weights. */
const maxElements = 64;

/** The elements of a short constant of numbers; undefined for weights, for external data and what is computed. */
export function constantValues(index: GraphIndex, value: string): number[] | undefined {
  const node = index.producer(value);
  if (node?.operator === 'Constant') {
    const short = integerAttribute(node, 'value_int') ?? floatAttribute(node, 'value_float');
    if (short !== undefined) return [short];
    const list = integersAttribute(node, 'value_ints');
    if (list !== undefined) return list;
  }
  const tensor = index.tensor(value);
  return tensor === undefined ? undefined : tensorValues(tensor);
}

/** The only element of such a constant. */
export function constantScalar(index: GraphIndex, value: string): number | undefined {
  const values = constantValues(index, value);
  return values?.length === 1 ? values[0] : undefined;
}

function tensorValues(tensor: TensorProto): number[] | undefined {
  const count = tensor.dims.reduce((product, size) => product * size, 1n);
  if (count < 0n || count > maxElements || (tensor.dataLocation ?? 0) !== 0) return undefined;
  const bytes = tensor.rawData;
  const values = bytes === undefined ? typedValues(tensor) : rawValues(tensor.dataType, bytes);
  return values?.length === Number(count) ? values : undefined;
}

/** Numbers of `TensorProto.DataType` in little-endian bytes. */
function rawValues(type: number | undefined, bytes: Uint8Array): number[] | undefined {
  // A Node Buffer's slice() is a view of the whole file.
  const own = new Uint8Array(bytes);
  const view = new DataView(own.buffer);
  const read = (size: number, at: (offset: number) => number | bigint): number[] | undefined =>
    own.length % size === 0
      ? Array.from({ length: own.length / size }, (_, i) => Number(at(i * size)))
      : undefined;
  switch (type) {
    case 1:
      return read(4, (offset) => view.getFloat32(offset, true));
    case 2:
    case 9:
      return [...own];
    case 3:
      return [...new Int8Array(own.buffer)];
    case 6:
      return read(4, (offset) => view.getInt32(offset, true));
    case 7:
      return read(8, (offset) => view.getBigInt64(offset, true));
    case 10:
      return own.length % 2 === 0 ? [...toFloat32('F16', own)] : undefined;
    case 11:
      return read(8, (offset) => view.getFloat64(offset, true));
    default:
      return undefined;
  }
}

/** Fields `float_data`, `int32_data` and `int64_data`, which `TensorProto` has beside raw bytes. */
function typedValues({ unknown = [] }: TensorProto): number[] | undefined {
  const values: number[] = [];
  for (const field of unknown) {
    const reader = new BinaryReader(field);
    const [number, wireType] = reader.tag();
    if (number !== 4 && number !== 5 && number !== 7) continue;
    const packed = wireType === WireType.LengthDelimited ? new BinaryReader(reader.bytes()) : reader;
    while (packed.pos < packed.len && values.length <= maxElements) {
      values.push(number === 4 ? packed.float() : Number(packed.int64()));
    }
  }
  return values;
}
