import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { GenerationResult } from '@beltline/decoder';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { WebError } from '../src/web-error.ts';
import { buildBundledPage, buildPlainPage, runtimeFolder } from './build-page.ts';
import { limits, problems } from './expected-problems.ts';
import { type OpenedPage, openSite, type TestSite } from './open-page.ts';

const problem = problems[0]!;
const { prompt } = problem;
const names = [
  'beltline.json',
  'config.json',
  'generation_config.json',
  'tokenizer.json',
  'tokenizer_config.json',
  'model.onnx',
];

const corsHeaders = { 'access-control-allow-origin': '*', 'cross-origin-resource-policy': 'cross-origin' };

const isolationHeaders = {
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-embedder-policy': 'require-corp',
};

function typeOf(file: string): string {
  if (/\.m?js$/.test(file)) return 'text/javascript';
  return file.endsWith('.wasm') ? 'application/wasm' : 'application/octet-stream';
}

/** What an error says, as JSON. */
const describeError = `const describe = ({ name, code, message, url, path, cause }) =>
  ({ name, code, message, url, path, cause: cause?.name });`;

/** Loads from the folder beside the page, and answers; what went wrong is part of the answer. */
const loadAndAnswer = `${describeError}
  const warnings = [];
  const downloads = new Set();
  try {
    const decoder = await beltline.loadDecoder(globalThis.source ?? '/models/tiny', {
      onWarning: (warning) => warnings.push(describe(warning)),
      onProgress: ({ phase, file }) => phase === 'download' && downloads.add(file),
      ...options,
    });
    const { tokens } = await decoder.generate(prompt, { mode: 'sequential', maxTokens: 6 }).result();
    await decoder.dispose();
    return { tokens, warnings, downloads: [...downloads] };
  } catch (error) {
    return { error: describe(error), warnings, downloads: [...downloads] };
  }`;

interface Loaded {
  readonly tokens?: number[];
  readonly error?: Pick<WebError, 'name' | 'code' | 'message' | 'url'> & { path?: string };
  readonly warnings: readonly { code: string; message: string }[];
  readonly downloads: readonly string[];
}

const firstTokens = problem.sequentialTokens.slice(0, 6);

let site: TestSite;
let opened: OpenedPage;
beforeAll(async () => {
  site = await openSite(buildBundledPage);
});
afterAll(() => site?.close());
beforeEach(async () => {
  opened = await site.open();
});
afterEach(() => opened.context.close());

const load = (options: object = {}) => opened.run<Loaded>(loadAndAnswer, { prompt, options });

describe('the embedded model', () => {
  test('bundled by Vite, writes what PyTorch wrote, in both modes and at once', async () => {
    const { threads, progress, results } = await opened.run<{
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
    const { page, context, run } = await site.open();
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
      await page.goto(`${site.url}elsewhere.html`);
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
      expect(tokens).toEqual(firstTokens);
    } finally {
      await gpu.close();
    }
    // SwiftShader compiles shaders on the CPU.
  }, 180_000);
});

describe('a folder behind a URL', () => {
  const cachedUrls = () =>
    opened.run<string[]>(`const cache = await caches.open('beltline-models');
      return (await cache.keys()).map(({ url }) => new URL(url).pathname.split('/').at(-1)).sort();`);

  test('is downloaded once, and then works without its server', async () => {
    expect(await cachedUrls()).toEqual([]);
    expect((await load()).downloads).toEqual(expect.arrayContaining(names));
    expect(await cachedUrls()).toEqual([...names, 'chat_template.jinja'].sort());
    const online = await load();
    expect(online).toEqual({ tokens: firstTokens, warnings: [], downloads: [] });
    await opened.context.route('**/models/tiny/**', (route) => route.abort('internetdisconnected'));
    await opened.page.reload();
    await opened.page.waitForFunction('globalThis.beltline');
    expect(await load()).toEqual({ tokens: firstTokens, warnings: [], downloads: [] });
    await opened.run('await beltline.clearModelCache()');
    expect((await load()).error).toMatchObject({ name: 'WebError', code: 'DOWNLOAD_FAILED' });
  });

  test('is not cached where this is not wanted', async () => {
    expect((await load({ cache: false })).tokens).toEqual(firstTokens);
    expect(await cachedUrls()).toEqual([]);
  });

  test('that breaks off is not stored', async () => {
    await opened.context.route('**/model.onnx', (route) =>
      route.fulfill({ body: Buffer.alloc(1000), headers: { 'content-length': '2000' } }),
    );
    const { error } = await load();
    expect(error).toMatchObject({ name: 'WebError', code: 'DOWNLOAD_FAILED' });
    expect(error?.url).toMatch(/\/models\/tiny\/model\.onnx$/);
    expect(await cachedUrls()).not.toContain('model.onnx');
    await opened.context.unroute('**/model.onnx');
    expect((await load()).tokens).toEqual(firstTokens);
  });

  test('with a corrupt graph fails, and leaves nothing behind', async () => {
    await opened.context.route('**/model.onnx', (route) => route.fulfill({ body: Buffer.alloc(5000, 7) }));
    expect((await load()).error).toMatchObject({ name: 'BackendError', code: 'LOAD_FAILED' });
    expect(await cachedUrls()).toEqual([]);
    await opened.context.unroute('**/model.onnx');
    expect((await load()).tokens).toEqual(firstTokens);
  });

  test.each([
    ['garbage of a fitting length', "new Response('{', { headers: { 'content-length': '1' } })"],
    ['less than was stored', "new Response('{}', { headers: { 'content-length': '100' } })"],
  ])('is fetched again where the cache holds %s', async (_what, response) => {
    await load();
    await opened.run(`const cache = await caches.open('beltline-models');
      await cache.put('/models/tiny/tokenizer.json', ${response});`);
    const { tokens, downloads } = await load();
    expect(tokens).toEqual(firstTokens);
    expect(downloads).toContain('tokenizer.json');
    expect((await load()).downloads).toEqual([]);
  });

  test('works when the storage is full, and says so', async () => {
    const cdp = await opened.context.newCDPSession(opened.page);
    const origin = new URL(site.url).origin;
    await cdp.send('Storage.overrideQuotaForOrigin', { origin, quotaSize: 2e6 });
    const { tokens, warnings } = await load();
    expect(tokens).toEqual(firstTokens);
    expect(warnings).toHaveLength(1);
    expect(warnings[0]).toMatchObject({ name: 'WebError', code: 'QUOTA_EXCEEDED' });
    expect(warnings[0]?.message).toMatch(/storage is full: .*model\.onnx \(15\.5 MB\)/);
    expect(await cachedUrls()).not.toContain('model.onnx');
  });

  test('may come as files', async () => {
    await opened.run(
      `globalThis.source = Object.fromEntries(await Promise.all(names.map(async (name) =>
        [name, await (await fetch('/models/tiny/' + name)).blob()])));`,
      { names },
    );
    expect(await load()).toEqual({ tokens: firstTokens, warnings: [], downloads: [] });
    await opened.run("delete globalThis.source['tokenizer.json']");
    expect((await load()).error).toMatchObject({
      name: 'ModelsError',
      code: 'MISSING_FILE',
      path: 'tokenizer.json',
    });
  });
});

describe('loading fails with a typed error', () => {
  test.each<[string, unknown, object, object]>([
    ['for an unknown name', 'huge', {}, { name: 'WebError', code: 'MODEL_NOT_FOUND' }],
    ['for an empty name', ' ', {}, { name: 'TypeError' }],
    ['for no files', {}, {}, { name: 'TypeError' }],
    ['for a folder that is no model', '/models/none/', {}, { name: 'ModelsError', code: 'UNSUPPORTED' }],
    [
      'for a server that is not there',
      'http://127.0.0.1:9/',
      {},
      { name: 'WebError', code: 'DOWNLOAD_FAILED' },
    ],
    ['without WebGPU', 'tiny', { device: 'webgpu' }, { name: 'BackendError', code: 'UNSUPPORTED' }],
    ['for another device', 'tiny', { device: 'tpu' }, { name: 'TypeError' }],
    ['for no threads', 'tiny', { threads: 0 }, { name: 'RangeError' }],
    [
      'without onnxruntime-web',
      'tiny',
      { onnxruntime: './none' },
      { name: 'WebError', code: 'RUNTIME_FAILED', cause: 'BackendError' },
    ],
  ])('%s', async (_what, source, options, error) => {
    await opened.run('globalThis.source = source', { source });
    const { error: found } = await load(options);
    expect(found).toMatchObject(error);
  });

  test('when the server fails', async () => {
    await opened.context.route('**/config.json', (route) => route.fulfill({ status: 503 }));
    const { error } = await load();
    expect(error).toMatchObject({ name: 'WebError', code: 'DOWNLOAD_FAILED' });
    expect(error?.message).toContain('503');
  });

  test('when the worker does not start', async () => {
    await opened.context.route(/worker[^/]*\.js$/, (route) => route.abort());
    expect((await load()).error).toMatchObject({ name: 'WebError', code: 'WORKER_FAILED' });
  });

  test('and with its own reason when it is aborted', async () => {
    const outcome = await opened.run<string>(`const controller = new AbortController();
      const onProgress = () => controller.abort('enough');
      return beltline.loadDecoder('/models/tiny', { signal: controller.signal, onProgress })
        .then(() => 'loaded', (reason) => reason);`);
    expect(outcome).toBe('enough');
    await expect.poll(() => opened.page.workers().length, { timeout: 20_000 }).toBe(0);
  });
});

describe('a decoder', () => {
  /** Loads, starts an answer, does something after its third event, and reads on. */
  const interrupt = (action: string) =>
    opened.run<{ error: Loaded['error']; after: Loaded['error'] | string; events: number }>(
      `${describeError}
      const controller = new AbortController();
      const decoder = await beltline.loadDecoder();
      let events = 0;
      let error;
      try {
        for await (const _ of decoder.generate(prompt, { signal: controller.signal })) {
          if (++events === 3) await (${action})({ decoder, controller });
        }
      } catch (reason) {
        error = describe(reason);
      }
      const after = await decoder.generate(prompt, { maxTokens: 5 }).result().then(
        ({ finishReason }) => finishReason, describe);
      return { error, after, events };`,
      { prompt },
    );

  test('goes on after an answer was aborted', async () => {
    expect(await interrupt('({ controller }) => controller.abort()')).toMatchObject({
      error: { name: 'AbortError' },
      after: 'length',
      events: 3,
    });
  });

  test('that is disposed fails with DISPOSED and ends its worker', async () => {
    const disposed = { name: 'WebError', code: 'DISPOSED' };
    expect(await interrupt('({ decoder }) => decoder.dispose()')).toMatchObject({
      error: disposed,
      after: disposed,
    });
    await expect.poll(() => opened.page.workers().length, { timeout: 20_000 }).toBe(0);
  });

  test('whose worker dies fails with WORKER_FAILED', async () => {
    await opened.page.exposeFunction('crash', async () => {
      const [worker] = opened.page.workers();
      await worker!.evaluate("void setTimeout(() => { throw new Error('out of luck'); })");
    });
    const { error, after } = await interrupt(
      'async () => { await crash(); await new Promise((resolve) => setTimeout(resolve, 200)); }',
    );
    expect(error).toMatchObject({ name: 'WebError', code: 'WORKER_FAILED' });
    expect(error?.message).toContain('out of luck');
    expect(after).toMatchObject({ code: 'WORKER_FAILED' });
  });

  test('passes on the errors of the decoder', async () => {
    const error = await opened.run(`${describeError}
      const decoder = await beltline.loadDecoder();
      return decoder.generate('').result().catch(describe);`);
    expect(error).toMatchObject({ name: 'DecoderError', code: 'EMPTY_PROMPT' });
  });
});

describe('a fork', () => {
  /** Special tokens out of the way: how long texts are does not hang on the model. */
  const logitBias = { 0: -Infinity, 1: -Infinity, 2: -Infinity };

  test('streams its branches and goes on after those that are kept', async () => {
    const found = await opened.run<{
      streamed: string[];
      results: { text: string; tokens: number[]; finishReason: string }[];
      joined: string;
      conclusion: { text: string; finishReason: string };
      again: { text: string }[];
    }>(
      `const decoder = await beltline.loadDecoder('tiny', { threads: 2 });
      const branches = ['Crumb:', 'The Daily Loaf:'].map((prompt) => ({ prompt, maxTokens: 8, logitBias }));
      const textOf = async (pieces) => {
        let text = '';
        for await (const piece of pieces) text += piece;
        return text;
      };
      const fork = decoder.fork(prompt, branches);
      const streamed = await Promise.all(fork.branches.map(textOf));
      const results = await fork.results();
      fork.keep([1]);
      const join = fork.join('So:', { maxTokens: 5, logitBias });
      let joined = '';
      for await (const event of join) if (event.type === 'text-delta') joined += event.text;
      const conclusion = await join.result();
      fork.dispose();
      const second = decoder.fork(prompt, branches);
      const again = await second.results();
      second.dispose();
      return { streamed, results, joined, conclusion, again };`,
      { prompt, logitBias },
    );
    expect(found.results.map(({ text }) => text)).toEqual(found.streamed);
    for (const { tokens, finishReason } of found.results) {
      expect(finishReason).toBe('length');
      expect(tokens).toHaveLength(8);
    }
    expect(found.conclusion).toMatchObject({ text: found.joined, finishReason: 'length' });
    expect(found.again).toEqual(found.results);
  });

  test('fails with the reason of its signal, and with typed errors; the decoder goes on', async () => {
    const found = await opened.run<Record<string, unknown>>(
      `${describeError}
      const decoder = await beltline.loadDecoder();
      const controller = new AbortController();
      const fork = decoder.fork(prompt, [{ prompt: 'a:' }, { prompt: 'b:' }], { signal: controller.signal, logitBias });
      const waiting = fork.results().catch((reason) => reason);
      const stopped = await (async () => {
        for await (const _ of fork.branches[1]) controller.abort('enough');
      })().catch((reason) => reason);
      const errorOf = (branches) => decoder.fork(prompt, branches).results().catch(describe);
      let refused;
      try {
        decoder.fork(prompt, [{ constraint() {} }]);
      } catch (error) {
        refused = describe(error);
      }
      return {
        stopped,
        waiting: await waiting,
        none: await errorOf([]),
        long: await errorOf([{ prompt: 'x'.repeat(50000) }]),
        refused,
        after: (await decoder.generate(prompt, { maxTokens: 5 }).result()).finishReason,
      };`,
      { prompt, logitBias },
    );
    expect(found).toMatchObject({
      stopped: 'enough',
      waiting: 'enough',
      none: { name: 'RangeError' },
      long: { name: 'DecoderError', code: 'PROMPT_TOO_LONG' },
      refused: { name: 'TypeError', message: expect.stringContaining('constraint is a function') },
      after: 'length',
    });
  });
});
