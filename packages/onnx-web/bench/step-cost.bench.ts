/**
 * Times forward passes in Chromium on both runtimes, in turn. Printed is the
 * processor's time of the page's process, which other programs hardly change, and the fastest batch by the clock.
 *
 *   npx vitest run --config packages/onnx-web/bench/vitest.config.ts
 *
 * The model is the embedded one. LAYERS makes it one of SmolLM2-135M's shape with so many layers and random weights of
 * PRECISION. The environment may also name CONTEXT, EARLIER (tokens of each branch before the step), ROWS, THREADS, ROUNDS and
 * STEPS (of a round).
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { bundlePage, launchChromium, serveFolders } from '@beltline/browser-testing';
import { type Precision, parseModelConfig, randomCheckpoint } from '@beltline/graph';
import { writeGraphFiles } from '@beltline/graph/node';
import { test } from 'vitest';
import type { Settings } from './step-cost-page.ts';

const layers = Number(process.env.LAYERS ?? 0);
const context = Number(process.env.CONTEXT ?? 300);
const earlier = Number(process.env.EARLIER ?? 0);
const rounds = Number(process.env.ROUNDS ?? 4);
const steps = Number(process.env.STEPS ?? 40);
const threads = Number(process.env.THREADS ?? 1);
const precision = (process.env.PRECISION ?? 'fp32') as Precision;
const rows = (process.env.ROWS ?? '1,2,4,8,10').split(',').map(Number);

const pathOf = (path: string) => fileURLToPath(new URL(path, import.meta.url));

/** The folder of the model; a random one is written below `folder`. */
async function modelFolder(folder: string): Promise<string> {
  if (layers === 0) return pathOf('../../model-tiny/files');
  const config = parseModelConfig({
    model_type: 'llama',
    hidden_size: 576,
    num_hidden_layers: layers,
    num_attention_heads: 9,
    num_key_value_heads: 3,
    head_dim: 64,
    intermediate_size: 1536,
    vocab_size: 49152,
    max_position_embeddings: 8192,
    rms_norm_eps: 1e-5,
    rope_theta: 100000,
    tie_word_embeddings: true,
  });
  const output = join(folder, 'random');
  await writeGraphFiles(output, { config, tensors: randomCheckpoint(config, 1), precision });
  return output;
}

test('step cost', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'beltline-step-cost-'));
  await bundlePage({
    entry: pathOf('step-cost-page.ts'),
    folder,
    imports: {
      'onnxruntime-web/ort-wasm-simd-threaded.mjs': '/onnxruntime-web/ort-wasm-simd-threaded.mjs',
      'onnxruntime-web/wasm': '/onnxruntime-web/ort.wasm.bundle.min.mjs',
      'onnxruntime-web/webgpu': '/onnxruntime-web/ort.webgpu.bundle.min.mjs',
    },
  });
  const runtime = dirname(createRequire(import.meta.url).resolve('onnxruntime-web'));
  const model = await modelFolder(folder);
  const server = await serveFolders({
    folders: { '/': folder, '/model/': model, '/onnxruntime-web/': runtime },
  });
  const browser = await launchChromium();
  try {
    const page = await browser.newPage();
    await page.goto(server.url);
    const session = await browser.newBrowserCDPSession();
    const call = <Result>(name: string, ...values: unknown[]) => {
      const list = values.map((value) => JSON.stringify(value)).join(', ');
      return page.evaluate<Result>(`import('/page.js').then((page) => page.${name}(${list}))`);
    };
    const processorTime = async () => {
      const { processInfo } = await session.send('SystemInfo.getProcessInfo');
      const pages = processInfo.filter(({ type }) => type === 'renderer');
      return 1000 * pages.reduce((total, { cpuTime }) => total + cpuTime, 0);
    };
    const settings: Settings = {
      graph: '/model/model.onnx',
      externalData: layers === 0 ? {} : { 'model.onnx.data': '/model/model.onnx.data' },
      ...{ threads, context, earlier },
    };
    const ways = await call<string[]>('prepare', settings);
    const costs = ways.map(() => rows.map(() => ({ processor: 0, fastest: Infinity })));
    for (let round = -1; round < rounds; round++) {
      for (const [column, width] of rows.entries()) {
        for (const way of ways.keys()) {
          await call<void>('startBranches', way, width);
          const before = await processorTime();
          const wall = await call<number>('takeSteps', way, width, round < 0 ? 5 : steps);
          if (round < 0) continue;
          const cost = costs[way]![column]!;
          cost.processor += ((await processorTime()) - before) / steps / rounds;
          cost.fastest = Math.min(cost.fastest, wall);
        }
      }
    }
    console.table(
      ways.map((way, index) => {
        const cells = rows.map((width, column) => {
          const { processor, fastest } = costs[index]![column]!;
          return [`${width} rows`, `${processor.toFixed(2)} (${fastest.toFixed(2)})`];
        });
        return { way, ...Object.fromEntries(cells) };
      }),
    );
  } finally {
    await browser.close();
    await server.close();
    await rm(folder, { recursive: true });
  }
});
