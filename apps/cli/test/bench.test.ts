import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { LanguageModel } from '@beltline/backend';
import { parseModelConfig } from '@beltline/graph';
import type { Decoder } from '@beltline/node';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { modelShapes, shapeNames } from '../src/bench/model-shapes.ts';
import { openRandomModel } from '../src/bench/random-model.ts';
import type { Environment } from '../src/environment.ts';
import { CliError } from '../src/errors.ts';
import { runProgram } from '../src/program.ts';
import { createInput, RecordedOutput } from './streams.ts';

type LoadDecoder = Environment['loadDecoder'];

const tiny = parseModelConfig({
  ...modelShapes['SmolLM2-135M'],
  hidden_size: 64,
  num_hidden_layers: 2,
  num_attention_heads: 4,
  num_key_value_heads: 2,
  intermediate_size: 128,
  vocab_size: 512,
  max_position_embeddings: 512,
});

let scratch: string;
beforeAll(async () => {
  scratch = await mkdtemp(join(tmpdir(), 'beltline-cli-bench-'));
  vi.stubEnv('TMPDIR', scratch);
});
afterAll(async () => {
  vi.unstubAllEnvs();
  await rm(scratch, { recursive: true });
});

const open = () => openRandomModel({ config: tiny, precision: 'int4', threads: 1 });

/** Runs a command line with a tiny model of random weights; `spy` sees each forward pass. */
async function run(
  args: readonly string[],
  {
    signal = new AbortController().signal,
    spy = (_past: number) => {},
    loadDecoder = (async () => ({ model: watch(await open(), spy) })) as unknown as LoadDecoder,
  } = {},
) {
  const stdout = new RecordedOutput();
  const stderr = new RecordedOutput();
  const exitCode = await runProgram(['bench', ...args], {
    stdin: createInput(),
    stdout,
    stderr,
    env: {},
    signal,
    loadDecoder,
  });
  return { exitCode, stdout: stdout.text, stderr: stderr.text };
}

function watch(model: LanguageModel, spy: (past: number) => void): LanguageModel {
  const forward: LanguageModel['forward'] = (cache, step) => {
    spy(cache.slots.length);
    return model.forward(cache, step);
  };
  return { ...model, forward, dispose: () => model.dispose() };
}

const quick = [
  '--model',
  'tiny',
  '--rounds',
  '1',
  '--context',
  '40',
  '--rows',
  '1,3',
  '--branches',
  '3',
  '--branch-tokens',
  '4',
];

describe('beltline bench', () => {
  it('shows ratios, medians and spreads of answers, lock steps and the prompt, and the machine', async () => {
    const { exitCode, stdout } = await run(quick);
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/^tiny, int4, 40 tokens of context\n.*cores.*node v\d+/);
    expect(stdout).toContain('Whole answers: 3 branches of 4 tokens');
    for (const label of ['sequential', 'parallel \\(recompute\\)', 'parallel \\(reuse\\)']) {
      expect(stdout).toMatch(new RegExp(`^${label} +[\\d.]+x +[\\d.,]+ +[\\d.]+ +[\\d.]+ +1$`, 'm'));
    }
    expect(stdout).toMatch(/^1 row +1\.00x +1\.00x +[\d.,]+ +[\d.]+ +[\d.]+-[\d.]+ +[\d.]+ +4$/m);
    expect(stdout).toMatch(/^3 rows +[\d.]+x/m);
    expect(stdout).toMatch(/^40 tokens +[\d.,]+/m);
  });

  it('runs wide passes on a graph of their own', async () => {
    const model = await openRandomModel({ config: tiny, precision: 'int4', wide: true, threads: 1 });
    const loaded: unknown[] = [];
    const loadDecoder: LoadDecoder = async (_source, options) => {
      loaded.push(options);
      return { model } as unknown as Decoder;
    };
    const { stdout } = await run([...quick, '--rows', '1,10', '--wide'], { loadDecoder });
    expect(stdout).toMatch(/^tiny, int4 \(wide passes w8a8\), 40 tokens of context\n/);
    expect(stdout).toMatch(/^10 rows +[\d.]+x/m);
    expect(loaded).toEqual([expect.objectContaining({ wide: true })]);
    const options = { config: tiny, precision: 'w8a8', wide: true } as const;
    await expect(openRandomModel(options)).rejects.toThrow(CliError);
  });

  it('writes the same as JSON', async () => {
    const { stdout } = await run([...quick, '--json']);
    expect(JSON.parse(stdout)).toMatchObject({
      model: 'tiny',
      precision: 'int4',
      context: 40,
      answer: { branches: 3, branchTokens: 4 },
      machine: { node: process.version, 'onnxruntime-node': expect.stringMatching(/^\d+\.\d+/) },
      prefill: { count: 1 },
      steps: [
        { rows: 1, count: 4, cost: 1 },
        { rows: 3, count: 4 },
      ],
      answers: [{ mode: 'sequential', speedup: 1 }, { mode: 'recompute' }, { mode: 'reuse' }],
    });
  });

  it('shows what there is so far when it is interrupted', async () => {
    const controller = new AbortController();
    let passes = 0;
    const { exitCode, stdout, stderr } = await run([...quick, '--rounds', '1000', '--json'], {
      signal: controller.signal,
      // The context is there: the third pass over it is the third step.
      spy(past) {
        if (past === 40) passes += 1;
        if (passes === 3) controller.abort(new CliError('INTERRUPTED', 'interrupted'));
      },
    });
    expect(exitCode).toBe(130);
    expect(stderr).toContain('interrupted');
    const measured = JSON.parse(stdout.split('\n')[0]!);
    expect(measured.prefill).toMatchObject({ count: 1 });
    expect(measured.steps).not.toEqual([]);
    expect(measured.answers).toEqual([]);
  });

  it('takes as much context as the model has room for, and refuses more', async () => {
    const { stdout } = await run([...quick.filter((arg) => arg !== '--context' && arg !== '40'), '--json']);
    const { context } = JSON.parse(stdout);
    expect(context).toBeGreaterThan(400);
    expect(context).toBeLessThan(512);
    const { exitCode, stderr } = await run([...quick, '--context', '500']);
    expect(exitCode).toBe(2);
    expect(stderr).toContain(`--context may be at most ${context}`);
  });

  it.each([
    [['--shape', 'SmolLM2-135M', '--model', 'tiny'], 'choose one of them'],
    [['--shape', 'huge'], 'SmolLM2-135M, Qwen2.5-0.5B, Llama-3.2-1B'],
    [['--rows', '1,0'], 'at least 1'],
    [['--rounds', 'many'], 'at least 1'],
  ])('%j is refused', async (args, reason) => {
    const { exitCode, stderr } = await run(args);
    expect(exitCode).toBe(2);
    expect(stderr).toContain(reason);
    expect(stderr).toContain('Try "beltline bench --help".');
  });
});

describe('random weights', () => {
  it('leave nothing behind', async () => {
    const folders = async () =>
      (await readdir(scratch)).filter((name) => name.startsWith('beltline-bench-')).length;
    const model = await open();
    expect(await folders()).toBe(1);
    await model.dispose();
    expect(await folders()).toBe(0);
    const signal = AbortSignal.abort(new Error('enough'));
    await expect(openRandomModel({ config: tiny, precision: 'int4', signal })).rejects.toThrow('enough');
    expect(await folders()).toBe(0);
  });

  it.each(shapeNames)('can have the shape of %s', (name) => {
    expect(parseModelConfig(modelShapes[name])).toMatchObject({ headSize: 64, tiedEmbeddings: true });
  });
});
