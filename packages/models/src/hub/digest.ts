import { createHash, type Hash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import type { HubFile } from './hub-client.ts';

/** Starts the digest that the hub gives a file of this kind: SHA-256, or the id of a git blob. */
export function startDigest({ digest, size }: Pick<HubFile, 'digest' | 'size'>): Hash {
  return digest.length === 64 ? createHash('sha256') : createHash('sha1').update(`blob ${size}\0`);
}

/** Adds a file's content to a digest. */
export async function addFile(hash: Hash, path: string, signal: AbortSignal | undefined): Promise<void> {
  for await (const chunk of createReadStream(path, { highWaterMark: 1 << 20 })) {
    signal?.throwIfAborted();
    hash.update(chunk as Buffer);
  }
}
