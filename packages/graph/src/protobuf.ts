import { BinaryReader, BinaryWriter, WireType } from '@bufbuild/protobuf/wire';
import { GraphError } from './graph-error.ts';

type ScalarKind = 'int32' | 'int64' | 'float' | 'string' | 'bytes';

interface FieldSpec {
  readonly number: number;
  // biome-ignore lint/suspicious/noExplicitAny: a table of any message; MessageTable checks the names
  readonly kind: ScalarKind | MessageTable<any>;
  readonly repeated?: true;
}

/** One message's fields by property name; a field that no table names is kept in the message's `unknown`. */
export type MessageTable<Message> = {
  readonly [Name in Exclude<keyof Message, 'unknown'>]-?: FieldSpec;
};

type Fields = Record<string, unknown> & { unknown?: Uint8Array[] };

/**
 * Reads one message. Bytes fields and unknown fields are views into `bytes`, never copies.
 *
 * @throws {GraphError} `INVALID_PROTOBUF` when the bytes are not such a message.
 */
export function decodeMessage<Message>(table: MessageTable<Message>, bytes: Uint8Array): Message {
  try {
    return decodeFields(table, bytes) as Message;
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new GraphError(
      'INVALID_PROTOBUF',
      `Expected an ONNX protobuf message of ${bytes.length} bytes, but it cannot be parsed (${reason}). ` +
        'Check that the file is complete and is an ONNX model.',
      { cause },
    );
  }
}

function decodeFields(table: Record<string, FieldSpec>, bytes: Uint8Array): Fields {
  const message: Fields = {};
  const names = new Map<number, string>();
  for (const [name, spec] of Object.entries(table)) {
    names.set(spec.number, name);
    if (spec.repeated) message[name] = [];
  }
  const reader = new BinaryReader(bytes);
  while (reader.pos < reader.len) {
    const start = reader.pos;
    const [number, wireType] = reader.tag();
    const name = names.get(number);
    if (name === undefined) {
      reader.skip(wireType, number);
      message.unknown ??= [];
      message.unknown.push(bytes.subarray(start, reader.pos));
      continue;
    }
    const spec = table[name]!;
    if (spec.repeated) readRepeated(reader, spec, wireType, message[name] as unknown[]);
    else message[name] = readValue(reader, spec, wireType);
  }
  if (reader.pos !== reader.len) throw new RangeError('premature end of the last field');
  return message;
}

function readRepeated(reader: BinaryReader, spec: FieldSpec, wireType: WireType, into: unknown[]): void {
  const elementType = wireTypeOf(spec.kind);
  if (wireType !== WireType.LengthDelimited || elementType === WireType.LengthDelimited) {
    into.push(readValue(reader, spec, wireType));
    return;
  }
  const packed = new BinaryReader(reader.bytes());
  while (packed.pos < packed.len) into.push(readValue(packed, spec, elementType));
}

function readValue(reader: BinaryReader, spec: FieldSpec, wireType: WireType): unknown {
  const expected = wireTypeOf(spec.kind);
  if (wireType !== expected) {
    throw new RangeError(`field ${spec.number} has wire type ${wireType} instead of ${expected}`);
  }
  if (typeof spec.kind !== 'string') return decodeFields(spec.kind, reader.bytes());
  switch (spec.kind) {
    case 'int32':
      return reader.int32();
    case 'int64':
      return BigInt(reader.int64());
    case 'float':
      return reader.float();
    case 'string':
      return reader.string();
    case 'bytes':
      return reader.bytes();
    default:
      return spec.kind satisfies never;
  }
}

function wireTypeOf(kind: FieldSpec['kind']): WireType {
  if (kind === 'int32' || kind === 'int64') return WireType.Varint;
  return kind === 'float' ? WireType.Bit32 : WireType.LengthDelimited;
}

/** Encoded bytes in order; large byte fields are the caller's own arrays, so weights are not copied here. */
export interface EncodedMessage {
  readonly parts: readonly Uint8Array[];
  readonly byteLength: number;
}

/** Writes one message; unknown fields follow the known ones. */
export function encodeMessage<Message>(table: MessageTable<Message>, message: Message): EncodedMessage {
  const parts: Uint8Array[] = [];
  const writer = new BinaryWriter();
  const append = (views: readonly Uint8Array[]): void => {
    const pending = writer.finish();
    if (pending.length > 0) parts.push(pending);
    parts.push(...views);
  };
  for (const [name, spec] of Object.entries<FieldSpec>(table)) {
    const value = (message as Fields)[name];
    if (value === undefined) continue;
    if (spec.repeated) writeRepeated(writer, append, spec, value as unknown[]);
    else writeValue(writer, append, spec, value);
  }
  append((message as Fields).unknown ?? []);
  return { parts, byteLength: parts.reduce((sum, part) => sum + part.byteLength, 0) };
}

type Append = (views: readonly Uint8Array[]) => void;

function writeRepeated(writer: BinaryWriter, append: Append, spec: FieldSpec, values: unknown[]): void {
  if (values.length === 0) return;
  if (wireTypeOf(spec.kind) === WireType.LengthDelimited) {
    for (const value of values) writeValue(writer, append, spec, value);
    return;
  }
  writer.tag(spec.number, WireType.LengthDelimited).fork();
  for (const value of values) writeScalar(writer, spec.kind as ScalarKind, value);
  writer.join();
}

function writeValue(writer: BinaryWriter, append: Append, spec: FieldSpec, value: unknown): void {
  writer.tag(spec.number, wireTypeOf(spec.kind));
  if (typeof spec.kind !== 'string') {
    const { parts, byteLength } = encodeMessage(spec.kind, value);
    writer.uint32(byteLength);
    append(parts);
  } else if (spec.kind === 'bytes') {
    const bytes = value as Uint8Array;
    writer.uint32(bytes.byteLength);
    append([bytes]);
  } else {
    writeScalar(writer, spec.kind, value);
  }
}

function writeScalar(writer: BinaryWriter, kind: ScalarKind, value: unknown): void {
  switch (kind) {
    case 'int32':
      writer.int32(value as number);
      return;
    case 'int64':
      writer.int64(value as bigint);
      return;
    case 'float':
      writer.float(value as number);
      return;
    case 'string':
      writer.string(value as string);
      return;
    case 'bytes':
      writer.bytes(value as Uint8Array);
      return;
    default:
      kind satisfies never;
  }
}
