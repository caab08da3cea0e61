import type { ByteSource } from '@beltline/graph';
import { GgufError, invalid } from './gguf-error.ts';
import { type GgufHeader, parseHeader } from './header.ts';
import { HeaderGoesOn } from './header-cursor.ts';
import { rowLayout } from './row-layout.ts';

/** A GGUF file: its header, and access to its tensors. */
export interface GgufFile extends GgufHeader {
  /** Shown in errors, such as the file's name. */
  readonly name: string;
  /**
   * Stored bytes of a tensor's rows `[first, end)` along its first axis.
   *
   * @throws {GgufError} `UNSUPPORTED_MODEL` for a type that cannot be read; RangeError where there are no such rows.
   */
  readRows(name: string, first: number, end: number): Promise<Uint8Array>;
}

/** The first read; most of a header is the vocabulary. */
const firstBytes = 2 ** 20;

/** Headers of the largest vocabularies have some 20 MB; this bounds what a broken length makes us read. */
const maxHeaderBytes = 100 * 2 ** 20;

/**
 * Opens a GGUF file (version 2 or 3, little-endian); only its header is read until rows are asked for.
 *
 * @throws {GgufError} `INVALID_GGUF` when the file is truncated or contradicts itself, `UNSUPPORTED_GGUF` when it is
 * big-endian, of another version or a part of several; the signal's reason when aborted.
 * @example
 * const file = await openGguf(source);
 * file.metadata.get('general.architecture'); // 'llama'
 */
export async function openGguf(source: ByteSource, signal?: AbortSignal): Promise<GgufFile> {
  const { name } = source;
  const header = await readHeader(source, signal);
  const parts = header.metadata.get('split.count') ?? 1;
  if (parts !== 0 && parts !== 1) {
    throw new GgufError(
      'UNSUPPORTED_GGUF',
      `${name} is one of ${String(parts)} parts of a model. Merge them into one file.`,
      {
        subject: 'split.count',
      },
    );
  }
  return {
    ...header,
    name,
    async readRows(tensorName, first, end) {
      const tensor = header.tensors.get(tensorName);
      if (tensor === undefined) throw new RangeError(`There is no tensor named ${tensorName} in ${name}.`);
      const { rows, rowBytes } = rowLayout(tensorName, tensor);
      if (!(first >= 0 && first <= end && end <= rows)) {
        throw new RangeError(
          `Rows [${first}, ${end}) lie outside tensor ${tensorName} of shape [${tensor.shape}].`,
        );
      }
      return source.read(tensor.start + first * rowBytes, (end - first) * rowBytes);
    },
  };
}

async function readHeader(source: ByteSource, signal?: AbortSignal): Promise<GgufHeader> {
  const limit = Math.min(source.size, maxHeaderBytes);
  for (let wanted = Math.min(firstBytes, limit); ; ) {
    signal?.throwIfAborted();
    const bytes = await source.read(0, wanted);
    signal?.throwIfAborted();
    try {
      return parseHeader(bytes, source.name, source.size);
    } catch (error) {
      if (!(error instanceof HeaderGoesOn)) throw error;
      if (error.needed > limit) throw invalid(source.name, `its header goes on behind ${limit} bytes`);
      wanted = Math.min(Math.max(4 * wanted, error.needed), limit);
    }
  }
}
