import { mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { buildGraphFile } from '@beltline/graph/node';
import { TRUNK } from '@beltline/mask';
import { createOnnxNodeModel, type OnnxRuntime } from '@beltline/onnx-node';
import * as onnxruntime from 'onnxruntime-node';
import { afterAll, beforeAll, expect, test } from 'vitest';

const checkpoint = fileURLToPath(new URL('../../../fixtures/golden/llama/', import.meta.url));
const step = { tokens: [1, 2], positions: [0, 1], strands: [TRUNK, TRUNK], logitsRows: [1] };
let folder: string;
let graph: Uint8Array;
let weights: Uint8Array;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'beltline-loading-'));
  await buildGraphFile({ folder: checkpoint, output: folder, precision: 'fp32' });
  graph = await readFile(join(folder, 'model.onnx'));
  weights = await readFile(join(folder, 'model.onnx.data'));
});

afterAll(() => rm(folder, { recursive: true }));

test('a graph and its external data load from files and from bytes', async () => {
  const fromFiles = await createOnnxNodeModel({ graph: join(folder, 'model.onnx') });
  const fromBytes = await createOnnxNodeModel({ graph, externalData: { 'model.onnx.data': weights } });
  const [expected] = await fromFiles.forward(fromFiles.createCache(), step);
  const [actual] = await fromBytes.forward(fromBytes.createCache(), step);
  expect(actual).toEqual(expected);
  expect(fromBytes.shape).toMatchObject({
    architecture: 'llama',
    layers: 3,
    kvHeads: 2,
    vocabularySize: 512,
  });
  expect(fromBytes.capabilities).toEqual({ device: 'cpu', precision: 'fp32' });
  await Promise.all([fromFiles.dispose(), fromBytes.dispose()]);
});

test('weights behind a link that leads out of the folder are not read, and the error says so', async () => {
  const other = await mkdtemp(join(tmpdir(), 'beltline-links-'));
  await symlink(join(folder, 'model.onnx'), join(other, 'model.onnx'));
  await symlink(join(folder, 'model.onnx.data'), join(other, 'model.onnx.data'));
  await expect(createOnnxNodeModel({ graph: join(other, 'model.onnx') })).rejects.toMatchObject({
    code: 'LOAD_FAILED',
    message: expect.stringContaining('behind links'),
  });
  await rm(other, { recursive: true });
});

test('a file that is not there is named', async () => {
  const missing = join(folder, 'nothing.onnx');
  await expect(createOnnxNodeModel({ graph: missing })).rejects.toMatchObject({
    code: 'LOAD_FAILED',
    message: expect.stringContaining(missing),
    cause: { code: 'ENOENT' },
  });
});

test('a truncated graph fails to load, wherever it ends', async () => {
  for (const part of [0.2, 0.5, 0.9]) {
    const truncated = graph.subarray(0, Math.floor(graph.length * part));
    const loading = createOnnxNodeModel({ graph: truncated, externalData: { 'model.onnx.data': weights } });
    await expect(loading).rejects.toMatchObject({ code: 'LOAD_FAILED', cause: expect.anything() });
  }
});

test('bytes that are no ONNX file fail to load', async () => {
  const text = new TextEncoder().encode('version https://git-lfs.github.com/spec/v1');
  await expect(createOnnxNodeModel({ graph: text })).rejects.toMatchObject({ code: 'LOAD_FAILED' });
});

test('an ONNX file that is not belt-ready is unsupported', async () => {
  // ir_version 8 and a graph named "g".
  const other = Uint8Array.of(0x08, 8, 0x3a, 3, 0x12, 1, 0x67);
  await expect(createOnnxNodeModel({ graph: other })).rejects.toMatchObject({
    code: 'UNSUPPORTED',
    cause: { code: 'NOT_BELT_READY' },
  });
});

test('missing and truncated external data fail to load', async () => {
  await expect(createOnnxNodeModel({ graph })).rejects.toMatchObject({ code: 'LOAD_FAILED' });
  const alone = await mkdtemp(join(tmpdir(), 'beltline-loading-'));
  try {
    const path = join(alone, 'model.onnx');
    await writeFile(path, graph);
    await expect(createOnnxNodeModel({ graph: path })).rejects.toMatchObject({
      code: 'LOAD_FAILED',
      message: expect.stringContaining('external data'),
    });
    await writeFile(`${path}.data`, weights.subarray(0, weights.length / 2));
    await expect(createOnnxNodeModel({ graph: path })).rejects.toMatchObject({ code: 'LOAD_FAILED' });
  } finally {
    await rm(alone, { recursive: true });
  }
});

test('the number of threads must be a positive whole number', async () => {
  for (const threads of [0, -1, 1.5, Number.NaN]) {
    await expect(createOnnxNodeModel({ graph, threads })).rejects.toThrow(RangeError);
  }
});

test('an injected runtime is used, with its threads, and its session is released once', async () => {
  const calls: unknown[] = [];
  const runtime = {
    Tensor: onnxruntime.Tensor,
    InferenceSession: {
      async create(path: string, options: object) {
        calls.push(options);
        const session = await onnxruntime.InferenceSession.create(path, options);
        return {
          run: (...args: Parameters<typeof session.run>) => session.run(...args),
          release: () => calls.push('release'),
        };
      },
    },
  } as unknown as OnnxRuntime;
  const model = await createOnnxNodeModel({
    graph: join(folder, 'model.onnx'),
    threads: 1,
    onnxruntime: runtime,
  });
  const [logits] = await model.forward(model.createCache(), step);
  await Promise.all([model.dispose(), model.dispose()]);
  const own = await createOnnxNodeModel({ graph: join(folder, 'model.onnx'), threads: 1 });
  expect(logits).toEqual((await own.forward(own.createCache(), step))[0]);
  await own.dispose();
  expect(calls).toEqual([expect.objectContaining({ intraOpNumThreads: 1, interOpNumThreads: 1 }), 'release']);
});

test.each([
  ['overflow are told not to', 2 ** 15 - 1, '1'],
  ['do not overflow are left alone', 64 * 255 * 127, undefined],
])('integer products that %s', async (_, sum, setting) => {
  const settings: unknown[] = [];
  const runtime = {
    Tensor: onnxruntime.Tensor,
    InferenceSession: {
      async create(bytes: Uint8Array, options: { extra?: { session: Record<string, unknown> } }) {
        settings.push(options.extra?.session.x64quantprecision);
        if (options.extra !== undefined) return onnxruntime.InferenceSession.create(bytes, options);
        return { run: async () => ({ sums: { data: [sum] } }), release: async () => {} };
      },
    },
  } as unknown as OnnxRuntime;
  const output = join(folder, 'w8a8');
  await buildGraphFile({ folder: checkpoint, output, precision: 'w8a8' });
  const model = await createOnnxNodeModel({ graph: join(output, 'model.onnx'), onnxruntime: runtime });
  const own = await createOnnxNodeModel({ graph: join(output, 'model.onnx') });
  const logits = await model.forward(model.createCache(), step);
  expect(logits).toEqual(await own.forward(own.createCache(), step));
  await Promise.all([model.dispose(), own.dispose()]);
  expect(settings).toEqual([undefined, setting]);
});

test('an injected runtime that does not write outputs where it is told to is refused', async () => {
  const runtime = {
    Tensor: onnxruntime.Tensor,
    InferenceSession: {
      async create(graph: Uint8Array, options: object) {
        const session = await onnxruntime.InferenceSession.create(graph, options);
        return {
          run: (feeds: Record<string, onnxruntime.Tensor>) => session.run(feeds),
          release: () => session.release(),
        };
      },
    },
  } as unknown as OnnxRuntime;
  const model = await createOnnxNodeModel({ graph: join(folder, 'model.onnx'), onnxruntime: runtime });
  await expect(model.forward(model.createCache(), step)).rejects.toMatchObject({ code: 'UNSUPPORTED' });
  await model.dispose();
});

test('between passes its threads rest instead of keeping a core busy', async () => {
  const model = await createOnnxNodeModel({ graph: join(folder, 'model.onnx'), threads: 2 });
  const cache = model.createCache();
  const burnt: number[] = [];
  for (let pass = 0; pass < 9; pass++) {
    await model.forward(cache, { ...step, positions: [2 * pass, 2 * pass + 1] });
    const before = process.cpuUsage();
    await setTimeout(60);
    const { user, system } = process.cpuUsage(before);
    burnt.push((user + system) / 1000);
  }
  await model.dispose();
  const median = burnt.sort((left, right) => left - right)[4]!;
  expect(median).toBeLessThan(8);
});
