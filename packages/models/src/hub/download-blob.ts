import type { Hash } from 'node:crypto';
import { type FileHandle, mkdir, open, rename, rm, stat, truncate } from 'node:fs/promises';
import { dirname } from 'node:path';
import { ModelsError } from '../folder/models-error.ts';
import { addFile, startDigest } from './digest.ts';
import { type HubClient, type HubFile, networkFailure } from './hub-client.ts';
import { TemporaryFailure } from './hub-error.ts';
import { createRetry, type RetryPolicy } from './retry.ts';

export interface DownloadOptions {
  readonly client: HubClient;
  readonly commit: string;
  readonly retry: RetryPolicy;
  readonly signal: AbortSignal | undefined;
  /** Bytes of the file that are on the disk by now; it may go back to 0. */
  readonly onReceived: (bytes: number) => void;
  /** Hears in words of what does not go smoothly. */
  readonly onNotice: (notice: 'resuming' | 'retrying' | 'damaged', message: string) => void;
}

/**
 * Downloads a file to a path, where it appears when it is complete and verified, and not before.
 *
 * What has arrived is kept beside it, whatever happens, and the next call goes on from there.
 *
 * @throws ModelsError, among them `INTEGRITY` if the content is not the right one twice; the signal's reason.
 */
export async function downloadBlob(file: HubFile, blob: string, options: DownloadOptions): Promise<void> {
  const part = partialOf(blob);
  await mkdir(dirname(blob), { recursive: true });
  for (let attempt = 1; ; attempt++) {
    const found = await receive(file, part, options);
    if (found === file.digest) {
      await rename(part, blob);
      return;
    }
    await rm(part, { force: true });
    const message = `${file.path} arrived with the digest ${found} instead of ${file.digest}`;
    if (attempt === 2)
      throw integrity(file, `${message}, twice; the hub or a proxy before it serves another file`);
    options.onNotice('damaged', `${message}; fetching it again`);
  }
}

/** Where the part of a blob that has arrived is kept. */
export function partialOf(blob: string): string {
  return `${blob}.beltline-part`;
}

/** Completes the partial file, and resolves with its digest. */
async function receive(file: HubFile, part: string, options: DownloadOptions): Promise<string> {
  const { signal, onNotice, onReceived } = options;
  const retry = createRetry(options.retry, {
    what: file.path,
    signal,
    onWait: (message) => onNotice('retrying', message),
  });
  const target = await openPartial(file, part, signal);
  try {
    if (target.received > 0) onNotice('resuming', `${file.path} goes on after ${target.received} bytes`);
    onReceived(target.received);
    let furthest = target.received;
    while (target.received < file.size) {
      try {
        await readOn(file, target, options);
        if (target.received < file.size) throw networkFailure('the hub', new Error('it was cut off'));
      } catch (error) {
        // Where a server always starts over, coming less far than before is no success.
        if (target.received > furthest) retry.succeeded();
        furthest = Math.max(furthest, target.received);
        await retry.failed(error);
      }
    }
    await target.handle.datasync();
    await requireOwn(target);
  } finally {
    await target.handle.close();
  }
  return target.hash.digest('hex');
}

/** The digest is that of what was written here: it holds if nobody else has written, and the path still leads here. */
async function requireOwn({ path, handle, received }: Partial): Promise<void> {
  const [own, found] = await Promise.all([handle.stat(), stat(path).catch(() => undefined)]);
  if (found?.ino === own.ino && found.size === received) return;
  const message = `another process has interfered with the download at ${path}; try again`;
  throw new ModelsError('CACHE_FAILED', path, message);
}

/** A partial file that is open at its end, with the digest of what is in it. */
interface Partial {
  readonly path: string;
  readonly handle: FileHandle;
  hash: Hash;
  received: number;
}

async function openPartial(file: HubFile, part: string, signal: AbortSignal | undefined): Promise<Partial> {
  const size = await stat(part).then(
    (status) => status.size,
    () => 0,
  );
  const received = size <= file.size ? size : 0;
  const hash = startDigest(file);
  if (received > 0) await addFile(hash, part, signal);
  if (size > received) await truncate(part, 0);
  // Appending only: after truncating, writes must not go on at the old place.
  return { path: part, handle: await open(part, 'a'), hash, received };
}

/** Writes what one response brings, from where the partial file ends. */
async function readOn(file: HubFile, target: Partial, options: DownloadOptions): Promise<void> {
  const { client, commit, retry, signal, onReceived } = options;
  const silence = createSilenceTimer(retry.silence);
  const stop = signal ? AbortSignal.any([signal, silence.signal]) : silence.signal;
  try {
    const offset = target.received;
    const response = await client.open(file, { commit, offset, signal: stop });
    if (offset > 0 && !continuesAt(response, offset)) await startOver(file, target);
    checkLength(response, file);
    for await (const chunk of response.body ?? []) {
      silence.restart();
      if (target.received + chunk.length > file.size) throw wrongLength(file, 'more');
      await write(target, chunk, file);
      onReceived(target.received);
    }
  } catch (error) {
    signal?.throwIfAborted();
    if (error instanceof ModelsError || error instanceof TemporaryFailure) throw error;
    throw networkFailure('the hub', error);
  } finally {
    silence.stop();
  }
}

async function write(target: Partial, chunk: Uint8Array, { path }: HubFile): Promise<void> {
  await target.handle.appendFile(chunk).catch((cause: Error) => {
    throw new ModelsError('CACHE_FAILED', path, `cannot write ${path} to the cache: ${cause.message}`, {
      cause,
    });
  });
  target.hash.update(chunk);
  target.received += chunk.length;
}

/** Whether the response is the range that was asked for; some servers and proxies send the whole file instead. */
function continuesAt({ status, headers }: Response, offset: number): boolean {
  if (status !== 206) return false;
  const range = headers.get('content-range');
  if (range?.startsWith(`bytes ${offset}-`)) return true;
  throw new TemporaryFailure('HUB_FAILED', `the hub sent the range "${range}" for one from ${offset} on`);
}

async function startOver(file: HubFile, target: Partial): Promise<void> {
  // Windows does not let a file be cut through a handle that only appends.
  await truncate(target.path, 0);
  target.hash = startDigest(file);
  target.received = 0;
}

/** Finds a file of another length before all of it has been downloaded. */
function checkLength({ status, headers }: Response, file: HubFile): void {
  const encoding = headers.get('content-encoding') ?? 'identity';
  const length =
    status === 206
      ? headers.get('content-range')?.split('/')[1]
      : encoding === 'identity' && headers.get('content-length');
  if (length && length !== '*' && Number(length) !== file.size) throw wrongLength(file, length);
}

function wrongLength(file: HubFile, found: string): ModelsError {
  return integrity(
    file,
    `${file.path} should have ${file.size} bytes, but the hub sends ${found}; pull it again, or see what HF_ENDPOINT serves`,
  );
}

function integrity({ path }: HubFile, message: string): ModelsError {
  return new ModelsError('INTEGRITY', path, message);
}

/** Aborts when it has not been restarted for a time, and when it is stopped, which ends a response that is still open. */
function createSilenceTimer(milliseconds: number) {
  const controller = new AbortController();
  const timer = setTimeout(() => {
    controller.abort(new Error(`nothing came for ${milliseconds / 1000} s`));
  }, milliseconds);
  return {
    signal: controller.signal,
    restart: () => timer.refresh(),
    stop() {
      clearTimeout(timer);
      controller.abort();
    },
  };
}
