import { spawnSync } from 'node:child_process';
import { readdir, readFile, stat, utimes, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { acquireFileLock } from '../src/hub/file-lock.ts';
import { temporaryFolder } from './temporary-folder.ts';

const options = { signal: undefined, onWait: () => {}, interval: 5 };

async function lockPath(): Promise<string> {
  return join(await temporaryFolder({}), 'locks', 'file.lock');
}

/** The id of a process that has ended. */
function endedProcess(): number {
  return spawnSync(process.execPath, ['--version']).pid;
}

const ownerOf = (id: number, host = hostname()) => JSON.stringify({ process: id, host, id: 'other' });

test('one holder at a time, and each gets its turn', async () => {
  const path = await lockPath();
  let holders = 0;
  const turns = Array.from({ length: 20 }, async (_, index) => {
    const lock = await acquireFileLock(path, options);
    holders += 1;
    expect(holders).toBe(1);
    await sleep(index % 3);
    holders -= 1;
    await lock.release();
    return lock.isSeized;
  });
  expect(await Promise.all(turns)).toEqual(Array(20).fill(false));
  expect(await readdir(dirname(path))).toEqual([]);
});

test('who waits is told so once', async () => {
  const path = await lockPath();
  const first = await acquireFileLock(path, options);
  let waits = 0;
  const onWait = () => {
    waits += 1;
  };
  const second = acquireFileLock(path, { ...options, onWait });
  await sleep(50);
  await first.release();
  await (await second).release();
  expect(waits).toBe(1);
});

test('an abort ends the wait', async () => {
  const path = await lockPath();
  const lock = await acquireFileLock(path, options);
  const controller = new AbortController();
  const waiting = acquireFileLock(path, { ...options, signal: controller.signal });
  setTimeout(() => controller.abort('enough'), 20);
  await expect(waiting).rejects.toBe('enough');
  await lock.release();
});

test('a lock of a process that has ended is taken at once', async () => {
  const path = await lockPath();
  await (await acquireFileLock(path, options)).release();
  await writeFile(path, ownerOf(endedProcess()));
  const lock = await acquireFileLock(path, options);
  expect(lock.isSeized).toBe(false);
  await lock.release();
});

test('a lock of another machine is taken when there is no sign of life, and counts as seized', async () => {
  const path = await lockPath();
  await (await acquireFileLock(path, options)).release();
  await writeFile(path, ownerOf(1, 'elsewhere'));
  const waiting = acquireFileLock(path, { ...options, staleAfter: 60_000 });
  await sleep(30);
  expect(JSON.parse(await readFile(path, 'utf8'))).toMatchObject({ host: 'elsewhere' });
  await utimes(path, 1, 1);
  const lock = await waiting;
  expect(lock.isSeized).toBe(true);
  await lock.release();
});

test('a holder gives signs of life, and does not release what was taken from it', async () => {
  const path = await lockPath();
  const lock = await acquireFileLock(path, { ...options, staleAfter: 100 });
  await utimes(path, 1, 1);
  await sleep(60);
  expect(Date.now() - (await stat(path)).mtimeMs).toBeLessThan(1000);
  await writeFile(path, 'of somebody else');
  await lock.release();
  expect(await readFile(path, 'utf8')).toBe('of somebody else');
});

test('many that find the same dead lock do not hold it together', async () => {
  const path = await lockPath();
  await (await acquireFileLock(path, options)).release();
  await writeFile(path, ownerOf(endedProcess()));
  let holders = 0;
  const turns = Array.from({ length: 20 }, async () => {
    const lock = await acquireFileLock(path, options);
    holders += 1;
    expect(holders).toBe(1);
    await sleep(1);
    holders -= 1;
    await lock.release();
  });
  await Promise.all(turns);
});
