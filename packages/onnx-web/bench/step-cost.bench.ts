/**
 * Times forward passes in Chromium, with the cache in place and through the documented interface.
 *
 *   npx vitest run --config packages/onnx-web/bench/vitest.config.ts
 *
 * The model has SmolLM2-135M's shape with fewer layers, and random weights. The environment may name
 * LAYERS, CONTEXT, ROUNDS, THREADS (a list) and PRECISION.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { bundlePage, launchChromium, serveFolders } from '@beltline/browser-testing';
import { parseModelConfig, randomCheckpoint } from '@beltline/graph';
import { writeGraphFiles } from '@beltline/graph/node';
import { test } from 'vitest';

const layers = Number(process.env.LAYERS ?? 8);
const context = Number(process.env.CONTEXT ?? 1000);
const rounds = Number(process.env.ROUNDS ?? 20);
const threadCounts = (process.env.THREADS ?? '1,2').split(',').map(Number);
const precision = (process.env.PRECISION ?? 'int4') as 'fp32' | 'int8' | 'int4';
const rows = [1, 4, 10];

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

test('step cost', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'beltline-step-cost-'));
  await writeGraphFiles(join(folder, 'model'), {
    config,
    tensors: randomCheckpoint(config, 1),
    precision,
  });
  const entry = fileURLToPath(new URL('step-cost-page.ts', import.meta.url));
  const runtime = dirname(createRequire(import.meta.url).resolve('onnxruntime-web'));
  await bundlePage({
    entry,
    folder,
    imports: {
      'onnxruntime-web/ort-wasm-simd-threaded.mjs': '/onnxruntime-web/ort-wasm-simd-threaded.mjs',
      'onnxruntime-web/wasm': '/onnxruntime-web/ort.wasm.bundle.min.mjs',
      'onnxruntime-web/webgpu': '/onnxruntime-web/ort.webgpu.bundle.min.mjs',
    },
  });
  const server = await serveFolders({ folders: { '/': folder, '/onnxruntime-web/': runtime } });
  const browser = await launchChromium();
  const table: object[] = [];
  try {
    for (const threads of threadCounts) {
      const page = await browser.newPage();
      await page.goto(server.url);
      const settings = JSON.stringify({ threads, context, rows, rounds });
      const results = await page.evaluate<Result[]>(
        `import('/page.js').then((page) => page.measure(${settings}))`,
      );
      await page.close();
      for (const { target, prefill, steps } of results) {
        const columns = rows.map((width, index) => {
          const { median, least } = steps[index]!;
          return [`${width} rows, ms`, `${median} (${least})`];
        });
        table.push({ target, threads, 'prefill, tokens/s': prefill, ...Object.fromEntries(columns) });
      }
    }
  } finally {
    await browser.close();
    await server.close();
    await rm(folder, { recursive: true });
  }
  console.table(table);
});

interface Result {
  readonly target: string;
  readonly prefill: number;
  readonly steps: { readonly median: number; readonly least: number }[];
}
