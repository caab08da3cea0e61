import { elementSize, toFloat32 } from './float-conversion.ts';
import { GraphError } from './graph-error.ts';
import type { TensorDescription, TensorElement, TensorSource } from './tensor-source.ts';

/** Random access to a file's bytes. */
export interface ByteSource {
  /** Shown in errors, such as a file name. */
  readonly name: string;
  /** Bytes. */
  readonly size: number;
  /** Bytes `[offset, offset + length)`, which lie within `size`. */
  read(offset: number, length: number): Promise<Uint8Array>;
}

interface Entry extends TensorDescription {
  readonly start: number;
  readonly end: number;
}

/** Headers of the largest models are some hundred kB; this bounds what a broken length makes us read. */
const maxHeaderBytes = 100 * 1024 * 1024;

/** Bits of one element, for types that we describe but may not read. */
const elementBits: Readonly<Record<string, number>> = {
  BOOL: 8,
  U8: 8,
  I8: 8,
  F8_E4M3: 8,
  F8_E5M2: 8,
  U16: 16,
  I16: 16,
  F16: 16,
  BF16: 16,
  U32: 32,
  I32: 32,
  F32: 32,
  U64: 64,
  I64: 64,
  F64: 64,
};

/**
 * Opens a safetensors file; only its header is read until rows are asked for.
 *
 * @throws {GraphError} `INVALID_SAFETENSORS` when the file is truncated or its header contradicts itself.
 * @example
 * const tensors = await openSafetensors(source);
 * const row = await tensors.readRows('model.norm.weight', 0, 64);
 */
export async function openSafetensors(source: ByteSource): Promise<TensorSource> {
  const headerBytes = await readHeaderLength(source);
  const header = parseHeader(source, await source.read(8, headerBytes));
  const dataStart = 8 + headerBytes;
  const entries = new Map<string, Entry>();
  for (const [name, value] of Object.entries(header)) {
    if (name !== '__metadata__') entries.set(name, parseEntry(source, name, value, source.size - dataStart));
  }
  refuseOverlaps(source, entries);
  return {
    tensors: entries,
    async readRows(name, first, end) {
      const entry = entries.get(name);
      if (entry === undefined) throw new RangeError(`There is no tensor named ${name} in ${source.name}.`);
      if (!Object.hasOwn(elementSize, entry.element)) {
        throw new GraphError(
          'INVALID_CHECKPOINT',
          `Tensor ${name} in ${source.name} has element type ${entry.element}; supported: F32, F16, BF16.`,
          { subject: name },
        );
      }
      const element = entry.element as TensorElement;
      const rowBytes =
        elementSize[element] * entry.shape.slice(1).reduce((product, size) => product * size, 1);
      if (!(first >= 0 && first <= end && end <= (entry.shape[0] ?? 1))) {
        throw new RangeError(`Rows [${first}, ${end}) lie outside tensor ${name} of shape [${entry.shape}].`);
      }
      const bytes = await source.read(dataStart + entry.start + first * rowBytes, (end - first) * rowBytes);
      return toFloat32(element, bytes);
    },
  };
}

async function readHeaderLength(source: ByteSource): Promise<number> {
  if (source.size < 8) throw invalid(source, `expected at least 8 bytes, got ${source.size}`);
  const start = await source.read(0, 8);
  const length = Number(new DataView(start.buffer, start.byteOffset, 8).getBigUint64(0, true));
  if (length > source.size - 8 || length > maxHeaderBytes) {
    throw invalid(source, `its header claims ${length} bytes, but the file has ${source.size}`);
  }
  return length;
}

function parseHeader(source: ByteSource, bytes: Uint8Array): Record<string, unknown> {
  let header: unknown;
  try {
    header = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch (cause) {
    throw invalid(source, 'its header is not JSON', { cause });
  }
  if (typeof header !== 'object' || header === null || Array.isArray(header)) {
    throw invalid(source, 'its header is not a JSON object');
  }
  return header as Record<string, unknown>;
}

function parseEntry(source: ByteSource, name: string, value: unknown, dataBytes: number): Entry {
  const fail = (problem: string): GraphError =>
    invalid(source, `tensor ${name} ${problem}`, { subject: name });
  const { dtype, shape, data_offsets: offsets } = (value ?? {}) as Record<string, unknown>;
  if (typeof dtype !== 'string') throw fail('has no dtype');
  if (!isSizes(shape)) throw fail('has no valid shape');
  if (!isSizes(offsets) || offsets.length !== 2) throw fail('has no valid data_offsets');
  const [start, end] = offsets as [number, number];
  if (start > end || end > dataBytes) {
    throw fail(`claims bytes [${start}, ${end}) of ${dataBytes}: the file is truncated or damaged`);
  }
  const bits = Object.hasOwn(elementBits, dtype) ? elementBits[dtype] : undefined;
  const expected = shape.reduce((product, size) => product * size, bits ?? 0) / 8;
  if (bits !== undefined && end - start !== expected) {
    throw fail(`holds ${end - start} bytes, but ${dtype} [${shape}] needs ${expected}`);
  }
  return { element: dtype, shape, start, end };
}

function isSizes(value: unknown): value is number[] {
  return Array.isArray(value) && value.every((size) => Number.isSafeInteger(size) && size >= 0);
}

function refuseOverlaps(source: ByteSource, entries: ReadonlyMap<string, Entry>): void {
  const ordered = [...entries].sort(([, a], [, b]) => a.start - b.start || a.end - b.end);
  for (let i = 1; i < ordered.length; i++) {
    const [name, entry] = ordered[i]!;
    const [previousName, previous] = ordered[i - 1]!;
    if (entry.start < previous.end) {
      throw invalid(source, `tensors ${previousName} and ${name} overlap`, { subject: name });
    }
  }
}

function invalid(
  source: ByteSource,
  problem: string,
  options: { subject?: string; cause?: unknown } = {},
): GraphError {
  return new GraphError(
    'INVALID_SAFETENSORS',
    `${source.name} is not a complete safetensors file: ${problem}. Download it again.`,
    { subject: source.name, ...options },
  );
}
