import { WireType } from '@bufbuild/protobuf/wire';
import { GraphError } from '../graph-error.ts';
import type { ByteSource } from '../safetensors.ts';

/** Reads a file from front to back, or skips what is not wanted. */
export interface FileCursor {
  /** Bytes from the start. */
  readonly position: number;
  skip(length: number): void;
  bytes(length: number): Promise<Uint8Array>;
  /** A protobuf varint of at most 53 bits. */
  varint(): Promise<number>;
  /** The bytes of a value that is not length-delimited. */
  scalar(wireType: WireType): Promise<Uint8Array>;
}

/** Small reads come out of pieces of this size. */
const pieceBytes = 2 ** 16;

/** All that is read but the weights; graphs have some megabytes. */
const maxBytes = 2 ** 29;

/** @throws RangeError, from its methods, where the file ends too early. */
export function createFileCursor(source: ByteSource): FileCursor {
  let position = 0;
  let piece: Uint8Array = new Uint8Array(0);
  let pieceStart = 0;
  let total = 0;

  async function bytes(length: number): Promise<Uint8Array> {
    if (length > source.size - position) throw new RangeError(`it ends at byte ${source.size}`);
    total += length;
    if (total > maxBytes) {
      throw new GraphError(
        'GRAPH_TOO_LARGE',
        `${source.name} has more than ${maxBytes} bytes beside its weights.`,
        {
          subject: source.name,
        },
      );
    }
    if (position < pieceStart || position + length > pieceStart + piece.length) {
      piece = await source.read(position, Math.min(Math.max(length, pieceBytes), source.size - position));
      pieceStart = position;
    }
    const start = position - pieceStart;
    position += length;
    return piece.subarray(start, start + length);
  }

  async function varintBytes(): Promise<Uint8Array> {
    const start = position;
    for (let length = 1; length <= 10; length++) {
      position = start;
      const read = await bytes(length);
      if (read.at(-1)! < 0x80) return read;
    }
    throw new RangeError('a number has more than 10 bytes');
  }

  return {
    get position() {
      return position;
    },
    skip(length) {
      position += length;
    },
    bytes,
    async varint() {
      let value = 0;
      for (const [place, byte] of (await varintBytes()).entries()) value += (byte & 0x7f) * 128 ** place;
      if (!Number.isSafeInteger(value)) throw new RangeError('a length has more than 53 bits');
      return value;
    },
    async scalar(wireType) {
      switch (wireType) {
        case WireType.Varint:
          return varintBytes();
        case WireType.Bit32:
          return bytes(4);
        case WireType.Bit64:
          return bytes(8);
        default:
          throw new RangeError(`wire type ${wireType} is unknown`);
      }
    },
  };
}
