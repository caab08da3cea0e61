import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { GenerationResult } from '@beltline/decoder';
import { describe, expect, test } from 'vitest';
import { buildBundledPage, buildPlainPage, runtimeFolder } from './build-page.ts';
import { limits, problems } from './expected-problems.ts';
import { openSite, usePage } from './open-page.ts';

const problem = problems[0]!;
const { prompt } = problem;
const using = usePage();

const corsHeaders = { 'access-control-allow-origin': '*', 'cross-origin-resource-policy': 'cross-origin' };

const isolationHeaders = {
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-embedder-policy': 'require-corp',
};

function typeOf(file: string): string {
  if (/\.m?js$/.test(file)) return 'text/javascript';
  return file.endsWith('.wasm') ? 'application/wasm' : 'application/octet-stream';
}

describe('the embedded model', () => {
  test('bundled by Vite, writes what PyTorch wrote, in both modes and at once', async () => {
    const { threads, progress, results } = await using.opened.run<{
      threads: number;
      progress: { phase: string; file?: string; done: number; total: number }[];
      results: GenerationResult[];
    }>(
      `const progress = [];
      const decoder = await beltline.loadDecoder('tiny', { threads: 2, onProgress: (step) => progress.push(step) });
      const results = await Promise.all(['parallel', 'sequential'].map((mode) =>
        decoder.generate(prompt, { ...limits, mode }).result()));
      return { threads: decoder.model.threads, progress, results };`,
      { prompt, limits },
    );
    expect(results.map(({ mode }) => mode)).toEqual(['parallel', 'sequential']);
    expect(results[0]!.tokens).toEqual(problem.parallelTokens);
    expect(results[1]!.tokens).toEqual(problem.sequentialTokens);
    expect(threads).toBe(2);
    const graph = progress.filter(({ file }) => file === 'model.onnx');
    expect(graph.at(-1)).toMatchObject({ phase: 'download', done: 15494181, total: 15494181 });
    expect(progress.at(-1)).toEqual({ phase: 'load', done: 1, total: 1 });
  });

  test('without a bundler and without isolation, writes what PyTorch wrote', async () => {
    const plain = await openSite(buildPlainPage, { isolated: false });
    try {
      const { run } = await plain.open();
      const { threads, tokens } = await run<{ threads: number; tokens: number[] }>(
        `const decoder = await beltline.loadDecoder();
        const { tokens } = await decoder.generate(prompt, limits).result();
        return { threads: decoder.model.threads, tokens };`,
        { prompt, limits },
      );
      expect(tokens).toEqual(problem.parallelTokens);
      expect(threads).toBe(1);
    } finally {
      await plain.close();
    }
  });

  test('comes from another origin too, with all of its files', async () => {
    const { page, context, run } = await using.site.open();
    const folder = await mkdtemp(join(tmpdir(), 'beltline-web-cdn-'));
    try {
      await buildPlainPage(folder);
      await context.route('https://cdn.example/**', (route) => {
        const path = new URL(route.request().url()).pathname.slice(1);
        const file = path.startsWith('onnxruntime-web/')
          ? join(runtimeFolder, path.slice('onnxruntime-web/'.length))
          : join(folder, path);
        return route.fulfill({ path: file, headers: { ...corsHeaders, 'content-type': typeOf(file) } });
      });
      const html = (await readFile(join(folder, 'index.html'), 'utf8')).replaceAll(
        '"./',
        '"https://cdn.example/',
      );
      await context.route('**/elsewhere.html', (route) =>
        route.fulfill({ body: html, headers: { ...isolationHeaders, 'content-type': 'text/html' } }),
      );
      await page.goto(`${using.site.url}elsewhere.html`);
      await page.waitForFunction('globalThis.beltline');
      const answer = await run(
        `const decoder = await beltline.loadDecoder('tiny', { threads: 2 });
        const { tokens } = await decoder.generate(prompt, limits).result();
        return { threads: decoder.model.threads, tokens };`,
        { prompt, limits },
      );
      expect(answer).toEqual({ threads: 2, tokens: problem.parallelTokens });
    } finally {
      await context.close();
      await rm(folder, { recursive: true });
    }
  });

  test('runs on WebGPU', async () => {
    const gpu = await openSite(buildBundledPage, { webgpu: true });
    try {
      const { run } = await gpu.open();
      const { device, tokens } = await run<{ device: string; tokens: number[] }>(
        `const decoder = await beltline.loadDecoder('tiny', { device: 'webgpu' });
        const { tokens } = await decoder.generate(prompt, { maxTokens: 6, mode: 'sequential' }).result();
        return { device: decoder.device, tokens };`,
        { prompt },
      );
      expect(device).toBe('webgpu');
      expect(tokens).toEqual(problem.sequentialTokens.slice(0, 6));
    } finally {
      await gpu.close();
    }
    // SwiftShader compiles shaders on the CPU.
  }, 180_000);
});
