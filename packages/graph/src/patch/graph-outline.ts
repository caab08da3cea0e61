import { BinaryWriter, WireType } from '@bufbuild/protobuf/wire';
import { GraphError } from '../graph-error.ts';
import { dataLocation } from '../onnx-messages.ts';
import type { ByteSource } from '../safetensors.ts';
import { createFileCursor, type FileCursor } from './file-cursor.ts';

/** Field numbers of onnx.proto3 on the way to the weights. */
const graphField = 7;
const initializerField = 5;
const rawDataField = 9;
const externalDataField = 13;
const dataLocationField = 14;

/** Weights from this size on are left in the file. */
const minLeftBytes = 1024;

/**
 * Reads an ONNX file without its weights: those become external data, whose place is the file itself. A model of
 * gigabytes is outlined in some kilobytes, and a runtime maps the weights from where they lie.
 *
 * @param location the file's name, as a runtime will find it beside the graph.
 * @returns the bytes of an ONNX file.
 * @throws {GraphError} `INVALID_PROTOBUF` when the file is no protobuf message, `GRAPH_TOO_LARGE` when it is large
 * without its weights.
 */
export async function readGraphOutline(source: ByteSource, location: string): Promise<Uint8Array> {
  const cursor = createFileCursor(source);
  try {
    return await copyFields(cursor, source.size, async (number, length, copy) => {
      if (number !== graphField) return copy();
      return copyFields(cursor, cursor.position + length, async (inner, innerLength, copyInner) =>
        inner === initializerField && innerLength >= minLeftBytes
          ? outlineTensor(cursor, innerLength, location)
          : copyInner(),
      );
    });
  } catch (cause) {
    if (!(cause instanceof RangeError)) throw cause;
    throw new GraphError(
      'INVALID_PROTOBUF',
      `Expected ${source.name} to be an ONNX protobuf message of ${source.size} bytes, but it cannot be parsed ` +
        `(${cause.message}). Check that the file is complete and is an ONNX model.`,
      { subject: source.name, cause },
    );
  }
}

/** A tensor whose bytes stay where they are. */
async function outlineTensor(cursor: FileCursor, length: number, location: string): Promise<Uint8Array> {
  let place: { offset: number; length: number } | undefined;
  const fields = await copyFields(cursor, cursor.position + length, async (number, size, copy) => {
    if (number !== rawDataField || size < minLeftBytes) return copy();
    place = { offset: cursor.position, length: size };
    cursor.skip(size);
    return undefined;
  });
  if (place === undefined) return fields;
  const writer = new BinaryWriter().raw(fields);
  const entries = { location, offset: String(place.offset), length: String(place.length) };
  for (const [key, value] of Object.entries(entries)) {
    writer.tag(externalDataField, WireType.LengthDelimited).fork();
    writer.tag(1, WireType.LengthDelimited).string(key);
    writer.tag(2, WireType.LengthDelimited).string(value).join();
  }
  return writer.tag(dataLocationField, WireType.Varint).int32(dataLocation.external).finish();
}

/** What becomes of a length-delimited field: its new bytes; undefined drops it. */
type Replace = (
  number: number,
  length: number,
  copy: () => Promise<Uint8Array>,
) => Promise<Uint8Array | undefined>;

async function copyFields(cursor: FileCursor, end: number, replace: Replace): Promise<Uint8Array> {
  const writer = new BinaryWriter();
  while (cursor.position < end) {
    const tag = await cursor.varint();
    const number = Math.floor(tag / 8);
    const wireType: WireType = tag % 8;
    if (number === 0 || tag >= 2 ** 32) throw new RangeError(`there is no field ${number}`);
    if (wireType !== WireType.LengthDelimited) {
      writer.uint32(tag).raw(await cursor.scalar(wireType));
      continue;
    }
    const length = await cursor.varint();
    if (length > end - cursor.position) throw new RangeError(`field ${number} reaches beyond its message`);
    const bytes = await replace(number, length, () => cursor.bytes(length));
    if (bytes !== undefined) writer.uint32(tag).bytes(bytes);
  }
  if (cursor.position !== end) throw new RangeError('the last field reaches beyond its message');
  return writer.finish();
}
