import { randomUUID } from 'node:crypto';
import { link, mkdir, readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/** A lock that other processes see, which is held from one `acquireFileLock` to its `release`. */
export interface FileLock {
  /** Whether it was taken from a process that may still be there, and may still go on with what it did. */
  readonly isSeized: boolean;
  release(): Promise<void>;
}

export interface FileLockOptions {
  readonly signal: AbortSignal | undefined;
  /** Called once if another process holds the lock. */
  readonly onWait: () => void;
  /** A holder that has not shown signs of life for so long, in ms, is taken for dead. */
  readonly staleAfter?: number;
  /** Time between two looks, in ms. */
  readonly interval?: number;
}

/**
 * Waits until no other process holds the lock, then holds it.
 *
 * The lock is a file that only one process can create. Its holder touches it as a sign of life: if that fails to come, or if the
 * process is known to have ended, the lock is taken from it. Where that should ever go wrong, two processes do the same
 * work: what they download is verified all the same.
 */
export async function acquireFileLock(path: string, options: FileLockOptions): Promise<FileLock> {
  const { signal, onWait, staleAfter = 15_000, interval = 100 } = options;
  const owner = JSON.stringify({ process: process.pid, host: hostname(), id: randomUUID() });
  await mkdir(dirname(path), { recursive: true });
  let hasWaited = false;
  let isSeized = false;
  for (;;) {
    signal?.throwIfAborted();
    if (await create(path, owner)) return { isSeized, ...hold(path, owner, staleAfter) };
    const stale = await staleOwner(path, staleAfter);
    if (stale !== undefined) {
      isSeized = !hasEnded(stale);
      await takeAway(path, stale);
      continue;
    }
    if (!hasWaited) onWait();
    hasWaited = true;
    await sleep(interval, undefined, { ...(signal && { signal }) }).catch(() => signal?.throwIfAborted());
  }
}

async function create(path: string, owner: string): Promise<boolean> {
  try {
    await writeFile(path, owner, { flag: 'wx' });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

function hold(path: string, owner: string, staleAfter: number): Omit<FileLock, 'isSeized'> {
  const signsOfLife = setInterval(() => {
    const now = new Date();
    utimes(path, now, now).catch(() => {});
  }, staleAfter / 5);
  signsOfLife.unref();
  return {
    async release() {
      clearInterval(signsOfLife);
      // It may have been taken away while this process was asleep.
      if ((await readFile(path, 'utf8').catch(() => undefined)) === owner) await rm(path, { force: true });
    },
  };
}

/** The content of the lock if its owner is dead, undefined if it lives or has just released it. */
async function staleOwner(path: string, staleAfter: number): Promise<string | undefined> {
  try {
    const owner = await readFile(path, 'utf8');
    const { mtimeMs } = await stat(path);
    return Date.now() - mtimeMs > staleAfter || hasEnded(owner) ? owner : undefined;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

/** An owner that cannot be read is still writing its name, or another program's: it counts as alive. */
function hasEnded(owner: string): boolean {
  try {
    const { process: id, host } = JSON.parse(owner) as { process?: number; host?: string };
    if (host !== hostname() || typeof id !== 'number') return false;
    process.kill(id, 0);
    return false;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ESRCH';
  }
}

/** Moves the lock aside, and back again if another process was quicker and it is that one's lock by now. */
async function takeAway(path: string, stale: string): Promise<void> {
  const aside = `${path}.${randomUUID()}`;
  try {
    await rename(path, aside);
  } catch {
    return;
  }
  if ((await readFile(aside, 'utf8')) !== stale) await link(aside, path).catch(() => {});
  await rm(aside, { force: true });
}
