import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { setTimeout } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { expect, it, onTestFinished } from 'vitest';
import { COMMIT, digestOf, type FakeHub, startFakeHub } from '../../../packages/models/test/fake-hub.ts';

const WEIGHTS = 'x'.repeat(200_000);
const FILES = { 'config.json': '{}', 'tokenizer.json': '{ }', 'onnx/model_q4.onnx': WEIGHTS };

async function setUp() {
  const hub = await startFakeHub(FILES);
  const home = await mkdtemp(join(tmpdir(), 'beltline-models-'));
  onTestFinished(() => rm(home, { recursive: true, force: true }));
  const repository = join(home, 'hub', 'models--owner--small-model');
  return { hub, home, repository, pull: () => startPull(hub, home) };
}

/** Starts the real command from its sources. */
function startPull(hub: FakeHub, home: string) {
  const pathOf = (relative: string) => fileURLToPath(new URL(relative, import.meta.url));
  const loader = ['--import', new URL('../../../testing/typescript/register.js', import.meta.url).href];
  const command = [pathOf('../src/main.ts'), 'models', 'pull', 'owner/small-model'];
  const { HF_TOKEN, HF_HUB_CACHE, HF_HUB_OFFLINE, ...env } = process.env;
  const child = spawn(process.execPath, ['--conditions=beltline-source', ...loader, ...command], {
    env: { ...env, HF_HOME: home, HF_ENDPOINT: hub.endpoint },
  });
  onTestFinished(() => {
    child.kill('SIGKILL');
  });
  return { child, finished: finish(child) };
}

async function finish(child: ChildProcess) {
  const [stdout, stderr, [exitCode]] = await Promise.all([
    text(child.stdout!),
    text(child.stderr!),
    once(child, 'exit'),
  ]);
  return { exitCode, stdout, stderr };
}

/** Lets the weights begin, and then waits; returns what ends the wait and what tells that it has begun. */
function holdWeights(hub: FakeHub, bytes: number) {
  let start = () => {};
  let goOn = () => {};
  const started = new Promise<void>((resolve) => {
    start = resolve;
  });
  const goneOn = new Promise<void>((resolve) => {
    goOn = resolve;
  });
  hub.fault = (request, response, content) => {
    if (!request.url!.endsWith('onnx/model_q4.onnx') || request.headers.range) return false;
    response.writeHead(200, { 'content-length': content!.length });
    response.write(content!.subarray(0, bytes), start);
    void goneOn.then(() => response.end(content!.subarray(bytes)));
    return true;
  };
  return { started, goOn };
}

/** Waits until something of the weights lies in the cache. */
async function untilWritten(repository: string): Promise<void> {
  const part = join(repository, 'blobs', `${digestOf(WEIGHTS)}.beltline-part`);
  const sizeOf = () =>
    stat(part).then(
      ({ size }) => size,
      () => 0,
    );
  while ((await sizeOf()) === 0) await setTimeout(10);
}

const asked = (hub: FakeHub) => hub.requests.filter((line) => line.includes('model_q4'));

it('two processes at once download a model once, and both get it', async () => {
  const { hub, repository, pull } = await setUp();
  const { started, goOn } = holdWeights(hub, 1000);
  const first = pull();
  await started;
  const second = pull();
  second.child.stderr!.on('data', (chunk: Buffer) => {
    if (chunk.includes('Another process')) goOn();
  });
  const results = await Promise.all([first.finished, second.finished]);
  const snapshot = join(repository, 'snapshots', COMMIT);
  for (const { exitCode, stdout } of results) {
    expect({ exitCode, stdout }).toEqual({ exitCode: 0, stdout: `${snapshot}\n` });
  }
  expect(results[1]!.stderr).toContain('Another process is downloading onnx/model_q4.onnx.');
  expect(asked(hub)).toHaveLength(1);
  expect(await readdir(join(repository, 'blobs'))).toHaveLength(3);
});

it('a process that is killed leaves its download to the next, which goes on from there', async () => {
  const { hub, repository, pull } = await setUp();
  const { started } = holdWeights(hub, 100_000);
  const { child, finished } = pull();
  await started;
  await untilWritten(repository);
  child.kill('SIGKILL');
  await finished;
  const { exitCode, stderr } = await pull().finished;
  expect({ exitCode, stderr }).toMatchObject({
    exitCode: 0,
    stderr: expect.stringContaining('goes on after'),
  });
  expect(asked(hub)).toHaveLength(2);
  expect(asked(hub)[1]).toMatch(/ bytes=[1-9]\d*-$/);
});

it('Ctrl-C ends a download at once, and keeps what has arrived', async () => {
  const { hub, repository, pull } = await setUp();
  const { started } = holdWeights(hub, 100_000);
  const { child, finished } = pull();
  await started;
  await untilWritten(repository);
  child.kill('SIGINT');
  const { exitCode, stdout, stderr } = await finished;
  expect({ exitCode, stdout }).toEqual({ exitCode: 130, stdout: '' });
  expect(stderr).toContain('beltline: interrupted\n');
  expect(await readdir(join(repository, 'blobs'))).toContain(`${digestOf(WEIGHTS)}.beltline-part`);
  expect((await pull().finished).exitCode).toBe(0);
  expect(asked(hub)[1]).toMatch(/ bytes=[1-9]\d*-$/);
});
