import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { PullEvent } from '@beltline/models';
import { describe, expect, it, onTestFinished } from 'vitest';
import { COMMIT, type FakeHub, refuse, startFakeHub } from '../../../packages/models/test/fake-hub.ts';
import { createPullProgress } from '../src/models/pull-progress.ts';
import { runProgram } from '../src/program.ts';
import { createInput, RecordedOutput, showOnTerminal } from './streams.ts';

const FILES = {
  'config.json': '{}',
  'tokenizer.json': '{ }',
  'onnx/model_q4.onnx': 'x'.repeat(50_000),
  'model.safetensors': 'y'.repeat(2000),
};

interface Setup {
  readonly hub: FakeHub;
  readonly folder: string;
  run(...args: string[]): Promise<{ exitCode: number; stdout: string; stderr: string }>;
}

async function setUp(size?: { columns: number; rows: number }): Promise<Setup> {
  const hub = await startFakeHub({ ...FILES });
  const home = await mkdtemp(join(tmpdir(), 'beltline-models-'));
  onTestFinished(() => rm(home, { recursive: true }));
  return {
    hub,
    folder: join(home, 'hub', 'models--owner--small-model'),
    async run(...args) {
      const stdout = new RecordedOutput();
      const stderr = new RecordedOutput(size);
      const exitCode = await runProgram(['models', ...args], {
        stdin: createInput(),
        stdout,
        stderr,
        env: { HF_HOME: home, HF_ENDPOINT: hub.endpoint },
        signal: new AbortController().signal,
        loadDecoder: () => Promise.reject(new Error('no model is needed')),
      });
      return { exitCode, stdout: stdout.text, stderr: stderr.text };
    },
  };
}

describe('beltline models pull', () => {
  it('downloads a model and writes its folder, with one line about it where there is no terminal', async () => {
    const { run, folder } = await setUp();
    const snapshot = join(folder, 'snapshots', COMMIT);
    expect(await run('pull', 'owner/small-model')).toEqual({
      exitCode: 0,
      stdout: `${snapshot}\n`,
      stderr: 'Downloading owner/small-model: 3 files, 50.0 kB\n',
    });
    expect(await run('pull', 'hf:owner/small-model@main')).toEqual({
      exitCode: 0,
      stdout: `${snapshot}\n`,
      stderr: '',
    });
  });

  it('takes the precision, and may be quiet', async () => {
    const { run, hub } = await setUp();
    const { exitCode, stderr } = await run('pull', 'owner/small-model', '--precision', 'int8', '--quiet');
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
    expect(hub.requests.some((line) => line.includes('safetensors'))).toBe(true);
    expect(hub.requests.some((line) => line.includes('onnx'))).toBe(false);
  });

  it('fetches what a second graph can be built of, where wide passes are to have one', async () => {
    const { run, hub } = await setUp();
    expect((await run('pull', 'owner/small-model', '--wide')).exitCode).toBe(0);
    expect(hub.requests.some((line) => line.includes('safetensors'))).toBe(true);
    expect(hub.requests.some((line) => line.includes('onnx'))).toBe(false);
  });

  it('leaves a clean terminal behind', async () => {
    const { run } = await setUp({ columns: 60, rows: 20 });
    const { stderr } = await run('pull', 'owner/small-model');
    expect(showOnTerminal(stderr)).toBe('Downloading owner/small-model: 3 files, 50.0 kB\n');
    expect(stderr.endsWith('\u001B[?25h')).toBe(true);
  });

  it('writes each event as one line of JSON', async () => {
    const { run } = await setUp();
    const { stdout, stderr } = await run('pull', 'owner/small-model', '--json');
    const types = stdout
      .trimEnd()
      .split('\n')
      .map((line) => (JSON.parse(line) as PullEvent).type);
    expect([types[0], types[1], types.at(-1)]).toEqual(['pull-start', 'pull-delta', 'pull-end']);
    expect(stderr).toBe('');
  });

  it('says in one line what is wrong, and what to do', async () => {
    const { run, hub } = await setUp();
    const missing = await run('pull', 'owner/no-such-model');
    expect(missing.exitCode).toBe(1);
    expect(missing.stderr).toMatch(/^beltline: there is no model "owner\/no-such-model" at .*\n$/);
    hub.fault = (_, response) => {
      refuse(response, 401, 'GatedRepo', 'restricted');
      return true;
    };
    const gated = await run('pull', 'owner/small-model', '--json');
    expect(gated.exitCode).toBe(1);
    expect(JSON.parse(gated.stdout)).toMatchObject({ type: 'error', code: 'ACCESS_DENIED' });
    expect(gated.stderr).toContain('HF_TOKEN');
  });

  it.each([
    ['tiny', 'comes with Beltline'],
    ['.', 'is a local file or folder'],
  ])('refuses %s, which is no model of the hub', async (name, reason) => {
    const { run } = await setUp();
    const { exitCode, stderr } = await run('pull', name);
    expect(exitCode).toBe(2);
    expect(stderr).toContain(reason);
    expect(stderr).toContain('Try "beltline models --help"');
  });
});

describe('beltline models list', () => {
  it('shows what comes with Beltline and what is in the cache', async () => {
    const { run } = await setUp();
    const before = await run('list');
    expect(before.stdout).toMatch(/^MODEL {3}SIZE {3}CHANGED {3}WEIGHTS\ntiny .* embedded\n$/);
    expect(before.stderr).toContain('beltline models pull');
    await run('pull', 'owner/small-model');
    const { stdout, stderr } = await run('list');
    expect(stdout).toMatch(/^owner\/small-model {3}50\.\d kB {3}20\d\d-\d\d-\d\d {3}onnx\/model_q4\.onnx$/m);
    expect(stderr).toBe('');
  });

  it('writes one line of JSON for each', async () => {
    const { run, folder } = await setUp();
    await run('pull', 'owner/small-model');
    const { stdout } = await run('list', '--json');
    const [embedded, pulled] = stdout.split('\n').map((line) => line && JSON.parse(line));
    expect(embedded).toMatchObject({ name: 'tiny', source: 'embedded' });
    expect(pulled).toMatchObject({
      name: 'owner/small-model',
      source: 'hub',
      revisions: [{ commit: COMMIT, names: ['main'], folder: join(folder, 'snapshots', COMMIT) }],
    });
  });
});

describe('beltline models path', () => {
  it('writes where a model is, without asking the hub', async () => {
    const { run, hub, folder } = await setUp();
    await run('pull', 'owner/small-model');
    hub.requests.length = 0;
    const { stdout } = await run('path', 'owner/small-model');
    expect(stdout).toBe(`${join(folder, 'snapshots', COMMIT)}\n`);
    expect(hub.requests).toEqual([]);
    expect((await stat((await run('path', 'tiny')).stdout.trim())).isDirectory()).toBe(true);
    expect((await run('path', '.')).stdout).toBe(`${process.cwd()}\n`);
  });

  it('fails if it is not here', async () => {
    const { run } = await setUp();
    const { exitCode, stdout, stderr } = await run('path', 'owner/small-model');
    expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: '' });
    expect(stderr).toMatch(/^beltline: "owner\/small-model" is not in the cache /);
  });
});

describe('beltline models remove', () => {
  it('frees what a model takes, and says how much', async () => {
    const { run, folder } = await setUp();
    await run('pull', 'owner/small-model');
    const { exitCode, stdout } = await run('remove', 'owner/small-model');
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/^Removed owner\/small-model: 50\.\d kB are free again\n$/);
    expect(await stat(folder).catch(() => 'gone')).toBe('gone');
    expect((await run('remove', 'owner/small-model')).exitCode).toBe(1);
  });

  it('refuses what it would remove too much of', async () => {
    const { run } = await setUp();
    const { exitCode, stderr } = await run('remove', 'owner/small-model/a.gguf');
    expect(exitCode).toBe(2);
    expect(stderr).toContain('without "a.gguf"');
  });
});

describe('the commands for models', () => {
  it.each([[['--help']], [['pull', '--help']], [['remove', '--help']]])('have help: %j', async (args) => {
    const { run } = await setUp();
    const { exitCode, stdout } = await run(...args);
    expect(exitCode).toBe(0);
    expect(stdout).toContain('HF_HOME');
  });

  it('are told where none is named', async () => {
    const { run } = await setUp();
    const { exitCode, stderr } = await run();
    expect(exitCode).toBe(2);
    expect(stderr).toContain('pull [options] <model>');
  });
});

describe('the progress of a download', () => {
  it('is a bar with sizes, pace and the time that is left', async () => {
    const stderr = new RecordedOutput({ columns: 80, rows: 20 });
    let time = 0;
    const signal = new AbortController().signal;
    const progress = createPullProgress({ stderr, env: {}, signal }, () => time);
    progress.event({ type: 'pull-start', model: 'o/n', commit: '', files: [], done: 0, total: 200e6 });
    for (let second = 0; second <= 10; second += 1) {
      time = 1000 * second;
      progress.event({ type: 'pull-delta', file: 'onnx/model.onnx', done: 10e6 * second, total: 200e6 });
      await new Promise((resolve) => setTimeout(resolve, second === 10 ? 40 : 0));
    }
    const [, file, bar] = showOnTerminal(stderr.text).split('\n');
    expect(file).toBe('onnx/model.onnx');
    expect(bar).toBe('━━━━━━━━━━──────────  50 %  100 MB of 200 MB  10.0 MB/s  0:10 left');
    progress.event({ type: 'pull-notice', file: 'x', notice: 'retrying', message: 'the hub is slow' });
    expect(showOnTerminal(stderr.text)).toContain('The hub is slow.\n');
    progress.close();
    expect(showOnTerminal(stderr.text)).not.toContain('━');
  });
});
