import { GgufError, invalid } from './gguf-error.ts';
import type { HeaderCursor } from './header-cursor.ts';

/** Integers of 64 bits are numbers where these are exact, in arrays always `bigint`. */
export type MetadataValue = string | boolean | number | bigint | MetadataArray;

export type MetadataArray = readonly MetadataValue[] | NumericArray;

export type NumericArray =
  | Uint8Array
  | Int8Array
  | Uint16Array
  | Int16Array
  | Uint32Array
  | Int32Array
  | Float32Array
  | Float64Array
  | BigUint64Array
  | BigInt64Array;

/** `gguf_metadata_value_type`; numbers are read through typed arrays, which take the bytes in this machine's order. */
const numericTypes = new Map<number, (buffer: ArrayBuffer) => NumericArray>([
  [0, (buffer) => new Uint8Array(buffer)],
  [1, (buffer) => new Int8Array(buffer)],
  [2, (buffer) => new Uint16Array(buffer)],
  [3, (buffer) => new Int16Array(buffer)],
  [4, (buffer) => new Uint32Array(buffer)],
  [5, (buffer) => new Int32Array(buffer)],
  [6, (buffer) => new Float32Array(buffer)],
  [10, (buffer) => new BigUint64Array(buffer)],
  [11, (buffer) => new BigInt64Array(buffer)],
  [12, (buffer) => new Float64Array(buffer)],
]);
const elementBytes = new Map(
  [...numericTypes].map(([type, view]) => [type, view(new ArrayBuffer(8)).BYTES_PER_ELEMENT]),
);
const booleanType = 7;
const stringType = 8;
const arrayType = 9;

/** Real files have no array inside an array; what is deeper than this was made to break readers. */
const maxDepth = 4;

export function readMetadataValue(cursor: HeaderCursor, key: string): MetadataValue {
  return readValue(cursor, cursor.uint32(`the type of ${key}`), key, 0);
}

function readValue(cursor: HeaderCursor, type: number, key: string, depth: number): MetadataValue {
  if (type === stringType) return cursor.string(`the value of ${key}`);
  if (type === booleanType) return cursor.bytes(1, key)[0] !== 0;
  if (type === arrayType) return readArray(cursor, key, depth);
  const [value] = readNumbers(cursor, type, 1, key);
  return typeof value === 'bigint' && BigInt(Number(value)) === value && Number.isSafeInteger(Number(value))
    ? Number(value)
    : value!;
}

function readArray(cursor: HeaderCursor, key: string, depth: number): MetadataArray {
  if (depth >= maxDepth) {
    throw new GgufError(
      'UNSUPPORTED_GGUF',
      `${cursor.file} nests arrays in ${key} more than ${maxDepth} deep.`,
      {
        subject: key,
      },
    );
  }
  const type = cursor.uint32(`the element type of ${key}`);
  const count = cursor.size64(`the length of ${key}`);
  if (elementBytes.has(type)) return readNumbers(cursor, type, count, key);
  // A string takes 8 bytes for its length, an array 12 for type and length.
  cursor.expectRoom(count, type === booleanType ? 1 : type === stringType ? 8 : 12, `elements of ${key}`);
  const values: MetadataValue[] = [];
  for (let i = 0; i < count; i++) values.push(readValue(cursor, type, key, depth + 1));
  return values;
}

function readNumbers(cursor: HeaderCursor, type: number, count: number, key: string): NumericArray {
  const view = numericTypes.get(type);
  if (view === undefined) throw invalid(cursor.file, `${key} has the unknown value type ${type}`, key);
  const bytes = elementBytes.get(type)!;
  cursor.expectRoom(count, bytes, `elements of ${key}`);
  return view(cursor.bytes(count * bytes, key).buffer as ArrayBuffer);
}
