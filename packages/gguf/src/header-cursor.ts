import { invalid } from './gguf-error.ts';

/** Thrown inside the package when the header goes on behind the bytes that were read so far. */
export class HeaderGoesOn extends Error {
  /** Bytes from the file's start that are needed to get further. */
  readonly needed: number;

  constructor(needed: number) {
    super(`the header needs ${needed} bytes`);
    this.needed = needed;
  }
}

// Tokens may be a byte order mark, which is text here; old files hold tokens that are not quite UTF-8.
const utf8 = new TextDecoder('utf-8', { ignoreBOM: true });

/** Reads little-endian values from the start of a file, of which only a part may have been read. */
export class HeaderCursor {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  /** The file's name, for errors. */
  readonly file: string;
  /** Bytes of the whole file. */
  readonly size: number;
  offset = 0;

  constructor(bytes: Uint8Array, file: string, size: number) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.file = file;
    this.size = size;
  }

  /** Checks that `count` things of at least `bytes` each can lie in the rest of the file. */
  expectRoom(count: number, bytes: number, what: string): void {
    if (count * bytes <= this.size - this.offset) return;
    throw invalid(this.file, `it claims ${count} ${what} at byte ${this.offset}, but has ${this.size} bytes`);
  }

  uint32(what: string): number {
    return this.#view.getUint32(this.#advance(4, what), true);
  }

  /** A count, length or offset: exact, or it could not be one of this file. */
  size64(what: string): number {
    const value = this.#view.getBigUint64(this.#advance(8, what), true);
    if (value <= BigInt(Number.MAX_SAFE_INTEGER)) return Number(value);
    throw invalid(this.file, `${what} is ${value}, but the file has ${this.size} bytes`);
  }

  /** A copy of the next bytes. */
  bytes(length: number, what: string): Uint8Array {
    const start = this.#advance(length, what);
    return this.#bytes.slice(start, start + length);
  }

  string(what: string): string {
    const length = this.size64(what);
    const start = this.#advance(length, what);
    return utf8.decode(this.#bytes.subarray(start, start + length));
  }

  #advance(length: number, what: string): number {
    this.expectRoom(length, 1, `bytes of ${what}`);
    const start = this.offset;
    if (start + length > this.#bytes.length) throw new HeaderGoesOn(start + length);
    this.offset = start + length;
    return start;
  }
}
