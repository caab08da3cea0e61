import { type FileHandle, open } from 'node:fs/promises';
import { basename } from 'node:path';
import { GraphError } from '../graph-error.ts';
import type { ByteSource } from '../safetensors.ts';

/** Random access to a file that stays open until it is closed. */
export interface FileSource extends ByteSource {
  close(): Promise<void>;
}

/**
 * Opens a file for reading at any place.
 *
 * @throws {GraphError} `UNREADABLE_FILE`.
 */
export async function openFileSource(path: string): Promise<FileSource> {
  try {
    const handle = await open(path, 'r');
    const { size } = await handle.stat();
    return {
      name: basename(path),
      size,
      read: (offset, length) => readExactly(handle, path, offset, length),
      close: () => handle.close(),
    };
  } catch (cause) {
    throw unreadable(path, cause);
  }
}

/** The error for a file that cannot be read. */
export function unreadable(path: string, cause: unknown): GraphError {
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new GraphError('UNREADABLE_FILE', `Expected to read ${path}: ${reason}.`, { subject: path, cause });
}

async function readExactly(
  handle: FileHandle,
  path: string,
  offset: number,
  length: number,
): Promise<Uint8Array> {
  const bytes = new Uint8Array(length);
  let filled = 0;
  while (filled < length) {
    const { bytesRead } = await handle
      .read(bytes, filled, length - filled, offset + filled)
      .catch((cause: unknown) => {
        throw unreadable(path, cause);
      });
    if (bytesRead === 0) throw unreadable(path, new Error(`it ends at byte ${offset + filled}`));
    filled += bytesRead;
  }
  return bytes;
}
