import { constants, copyFile, readFile, rename, rm, stat } from 'node:fs/promises';
import { addFile, startDigest } from './digest.ts';
import { type DownloadOptions, downloadBlob, partialOf } from './download-blob.ts';
import { acquireFileLock } from './file-lock.ts';
import type { HubFile } from './hub-client.ts';
import type { PullNotice } from './pull-event.ts';
import { type RepositoryCache, writeWhole } from './repository-cache.ts';

export interface FetchOptions extends Omit<DownloadOptions, 'onNotice'> {
  /** Reads the content even where it was verified before and has not changed since. */
  readonly verify: boolean;
  readonly onNotice: (notice: PullNotice, message: string) => void;
}

/** Makes sure that a file is in the cache, whole and verified, fetching it if it is not. */
export async function fetchFile(file: HubFile, cache: RepositoryCache, options: FetchOptions): Promise<void> {
  const { commit, signal, onNotice } = options;
  const { digest, path } = file;
  if ((await checkBlob(file, cache, options)) !== 'verified') {
    const lock = await acquireFileLock(cache.lock(digest), {
      signal,
      onWait: () => onNotice('waiting', `another process is downloading ${path}`),
    });
    try {
      if (lock.isSeized) await disown(partialOf(cache.blob(digest)));
      // Another process may have been at it.
      const state = await checkBlob(file, cache, options);
      if (state === 'damaged') {
        onNotice('damaged', `${path} in the cache is damaged; fetching it again`);
        await rm(cache.blob(digest), { force: true });
      }
      if (state !== 'verified') {
        await downloadBlob(file, cache.blob(digest), options);
        await setVerified(file, cache);
      }
    } finally {
      await lock.release();
    }
  }
  options.onReceived(file.size);
  await cache.link({ commit, path, digest });
}

/**
 * Keeps what a partial file holds, in another file of the same name: the last owner, which may still be writing,
 * goes on with one that no path leads to. What was copied wrongly while it wrote is found by the digest.
 */
async function disown(part: string): Promise<void> {
  const copy = `${part}.copy`;
  try {
    await copyFile(part, copy, constants.COPYFILE_FICLONE);
    await rename(copy, part);
  } catch {
    // There is none, or no room for a second one.
    await rm(copy, { force: true });
    await rm(part, { force: true });
  }
}

/** What is known of a blob's content. */
export type BlobState = 'missing' | 'damaged' | 'verified';

/**
 * Checks a blob: by its content the first time, and by its size and time of change from then on, which tells what was written to
 * it since, at no cost.
 */
export async function checkBlob(
  file: HubFile,
  cache: RepositoryCache,
  { verify, signal, onNotice }: Pick<FetchOptions, 'verify' | 'signal' | 'onNotice'>,
): Promise<BlobState> {
  const blob = cache.blob(file.digest);
  const status = await stat(blob).catch(() => undefined);
  if (!status?.isFile()) return 'missing';
  if (status.size !== file.size) return 'damaged';
  const stamp = await readFile(cache.stamp(file.digest), 'utf8').catch(() => undefined);
  if (!verify && stamp === stampOf(status)) return 'verified';
  if (status.size > WORTH_A_NOTICE) onNotice('verifying', `verifying ${file.path}`);
  const hash = startDigest(file);
  await addFile(hash, blob, signal);
  if (hash.digest('hex') !== file.digest) return 'damaged';
  await setVerified(file, cache);
  return 'verified';
}

/** How many bytes of a file are there, in the blob or in its part; more than the file has count as none. */
export async function sizeInCache({ digest, size }: HubFile, cache: RepositoryCache): Promise<number> {
  for (const path of [cache.blob(digest), partialOf(cache.blob(digest))]) {
    const status = await stat(path).catch(() => undefined);
    if (status !== undefined) return status.size <= size ? status.size : 0;
  }
  return 0;
}

/** Smaller files are verified in a moment. */
const WORTH_A_NOTICE = 64 << 20;

async function setVerified({ digest }: HubFile, cache: RepositoryCache): Promise<void> {
  await writeWhole(cache.stamp(digest), stampOf(await stat(cache.blob(digest))));
}

function stampOf({ size, mtimeMs }: { readonly size: number; readonly mtimeMs: number }): string {
  return JSON.stringify({ size, mtimeMs });
}
