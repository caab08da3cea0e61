import { copyFile, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { LanguageModel } from '@beltline/backend';
import { buildGraphFile } from '@beltline/graph/node';
import { TRUNK } from '@beltline/mask';
import { createOnnxNodeModel, type OnnxRuntime } from '@beltline/onnx-node';
import * as onnxruntime from 'onnxruntime-node';
import { afterAll, beforeAll, expect, test } from 'vitest';

const golden = fileURLToPath(new URL('../../../fixtures/golden/', import.meta.url));
let folder: string;
const graphOf = (name: string) => join(folder, name, 'model.onnx');

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'beltline-wide-'));
  const build = (name: string, model: string, precision: 'int4' | 'w8a8') =>
    buildGraphFile({ folder: join(golden, model), output: join(folder, name), precision });
  await build('narrow', 'llama', 'int4');
  await build('wide', 'llama', 'w8a8');
  await build('other', 'qwen3', 'w8a8');
});

afterAll(() => rm(folder, { recursive: true }));

/** A runtime that tells what its sessions, by number, are asked for. */
function watchedRuntime(): { onnxruntime: OnnxRuntime; calls: string[] } {
  const calls: string[] = [];
  let created = 0;
  const InferenceSession = {
    async create(bytes: Uint8Array, options: onnxruntime.InferenceSession.SessionOptions) {
      const session = await onnxruntime.InferenceSession.create(bytes, options);
      // What asks the processor is none of the model's.
      if (options.extra === undefined) return session;
      const name = created++ === 0 ? 'narrow' : 'wide';
      return {
        run: (...given: Parameters<typeof session.run>) => {
          calls.push(name);
          return session.run(...given);
        },
        release: async () => {
          calls.push(`release ${name}`);
          await session.release();
        },
      };
    },
  };
  return {
    calls,
    onnxruntime: { Tensor: onnxruntime.Tensor, InferenceSession } as unknown as OnnxRuntime,
  };
}

/** Logits of all tokens of a pass in order. */
function pass(model: LanguageModel, cache: ReturnType<LanguageModel['createCache']>, count: number) {
  const tokens = Array.from({ length: count }, (_, index) => 20 + index);
  const start = cache.slots.length;
  return model.forward(cache, {
    tokens,
    positions: tokens.map((_, index) => start + index),
    strands: tokens.map(() => TRUNK),
    logitsRows: tokens.map((_, index) => index),
  });
}

test('passes of fewer than 8 tokens run on the one graph, those of 8 and more on the other', async () => {
  const model = await createOnnxNodeModel({ graph: graphOf('narrow'), wideGraph: graphOf('wide') });
  for (const [count, name] of [
    [1, 'narrow'],
    [7, 'narrow'],
    [8, 'wide'],
    [30, 'wide'],
  ] as const) {
    const alone = await createOnnxNodeModel({ graph: graphOf(name) });
    expect(await pass(model, model.createCache(), count)).toEqual(
      await pass(alone, alone.createCache(), count),
    );
    await alone.dispose();
  }
  expect(model.capabilities).toEqual({ device: 'cpu', precision: 'int4', widePrecision: 'w8a8' });
  await model.dispose();
});

test('both take turns over one cache, and are released once', async () => {
  const { onnxruntime, calls } = watchedRuntime();
  const model = await createOnnxNodeModel({
    graph: graphOf('narrow'),
    wideGraph: graphOf('wide'),
    onnxruntime,
  });
  const cache = model.createCache();
  for (const count of [9, 2, 12, 1]) await pass(model, cache, count);
  await Promise.all([model.dispose(), model.dispose()]);
  expect(calls.slice(0, 4)).toEqual(['wide', 'narrow', 'wide', 'narrow']);
  expect(calls.slice(4).sort()).toEqual(['release narrow', 'release wide']);
});

test('a wide graph of another shape is refused before anything is loaded', async () => {
  const { onnxruntime, calls } = watchedRuntime();
  const loading = createOnnxNodeModel({
    graph: graphOf('narrow'),
    wideGraph: graphOf('other'),
    onnxruntime,
  });
  await expect(loading).rejects.toMatchObject({
    code: 'UNSUPPORTED',
    message: expect.stringContaining('architecture is qwen3, not llama'),
  });
  expect(calls).toEqual([]);
});

test('a wide graph that is missing is named before anything is loaded', async () => {
  const { onnxruntime, calls } = watchedRuntime();
  const loading = createOnnxNodeModel({
    graph: graphOf('narrow'),
    wideGraph: graphOf('nothing'),
    onnxruntime,
  });
  await expect(loading).rejects.toMatchObject({
    code: 'LOAD_FAILED',
    message: expect.stringContaining(graphOf('nothing')),
  });
  expect(calls).toEqual([]);
});

test('a wide graph without its weights fails to load, and the other does not stay open', async () => {
  const { onnxruntime, calls } = watchedRuntime();
  const alone = join(folder, 'alone.onnx');
  await copyFile(graphOf('wide'), alone);
  const loading = createOnnxNodeModel({ graph: graphOf('narrow'), wideGraph: alone, onnxruntime });
  await expect(loading).rejects.toMatchObject({
    code: 'LOAD_FAILED',
    message: expect.stringContaining(alone),
  });
  expect(calls).toEqual(['release narrow']);
});
