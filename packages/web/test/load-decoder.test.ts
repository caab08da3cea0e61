import { describe, expect, test } from 'vitest';
import { problems } from './expected-problems.ts';
import { type DescribedError, describeError, usePage } from './open-page.ts';

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
  readonly error?: DescribedError;
  readonly warnings: readonly { code: string; message: string }[];
  readonly downloads: readonly string[];
}

const firstTokens = problem.sequentialTokens.slice(0, 6);
const using = usePage();

const load = (options: object = {}) => using.opened.run<Loaded>(loadAndAnswer, { prompt, options });

describe('a folder behind a URL', () => {
  const cachedUrls = () =>
    using.opened.run<string[]>(`const cache = await caches.open('beltline-models');
      return (await cache.keys()).map(({ url }) => new URL(url).pathname.split('/').at(-1)).sort();`);

  test('is downloaded once, and then works without its server', async () => {
    expect(await cachedUrls()).toEqual([]);
    expect((await load()).downloads).toEqual(expect.arrayContaining(names));
    expect(await cachedUrls()).toEqual([...names, 'chat_template.jinja'].sort());
    const online = await load();
    expect(online).toEqual({ tokens: firstTokens, warnings: [], downloads: [] });
    await using.opened.context.route('**/models/tiny/**', (route) => route.abort('internetdisconnected'));
    await using.opened.page.reload();
    await using.opened.page.waitForFunction('globalThis.beltline');
    expect(await load()).toEqual({ tokens: firstTokens, warnings: [], downloads: [] });
    await using.opened.run('await beltline.clearModelCache()');
    expect((await load()).error).toMatchObject({ name: 'WebError', code: 'DOWNLOAD_FAILED' });
  });

  test('is not cached where this is not wanted', async () => {
    expect((await load({ cache: false })).tokens).toEqual(firstTokens);
    expect(await cachedUrls()).toEqual([]);
  });

  test('is told the format in the prompt if it is said not to know it', async () => {
    const promptTokens = (options: object) =>
      using.opened.run<number>(
        `const decoder = await beltline.loadDecoder('/models/tiny', options);
        const { statistics } = await decoder.generate('hello', { maxTokens: 1 }).result();
        await decoder.dispose();
        return statistics.promptTokens;`,
        { options },
      );
    expect(await promptTokens({ format: 'instructions' })).toBeGreaterThan(await promptTokens({}));
  });

  test('that breaks off is not stored', async () => {
    await using.opened.context.route('**/model.onnx', (route) =>
      route.fulfill({ body: Buffer.alloc(1000), headers: { 'content-length': '2000' } }),
    );
    const { error } = await load();
    expect(error).toMatchObject({ name: 'WebError', code: 'DOWNLOAD_FAILED' });
    expect(error?.url).toMatch(/\/models\/tiny\/model\.onnx$/);
    expect(await cachedUrls()).not.toContain('model.onnx');
    await using.opened.context.unroute('**/model.onnx');
    expect((await load()).tokens).toEqual(firstTokens);
  });

  test('with a corrupt graph fails, and leaves nothing behind', async () => {
    await using.opened.context.route('**/model.onnx', (route) =>
      route.fulfill({ body: Buffer.alloc(5000, 7) }),
    );
    expect((await load()).error).toMatchObject({ name: 'BackendError', code: 'LOAD_FAILED' });
    expect(await cachedUrls()).toEqual([]);
    await using.opened.context.unroute('**/model.onnx');
    expect((await load()).tokens).toEqual(firstTokens);
  });

  test.each([
    ['garbage of a fitting length', "new Response('{', { headers: { 'content-length': '1' } })"],
    ['less than was stored', "new Response('{}', { headers: { 'content-length': '100' } })"],
  ])('is fetched again where the cache holds %s', async (_what, response) => {
    await load();
    await using.opened.run(`const cache = await caches.open('beltline-models');
      await cache.put('/models/tiny/tokenizer.json', ${response});`);
    const { tokens, downloads } = await load();
    expect(tokens).toEqual(firstTokens);
    expect(downloads).toContain('tokenizer.json');
    expect((await load()).downloads).toEqual([]);
  });

  test('fails as it did from the cache where it also fails when it is fetched again', async () => {
    await load();
    await using.opened.run(`const cache = await caches.open('beltline-models');
      await cache.put('/models/tiny/tokenizer.json', new Response('{', { headers: { 'content-length': '1' } }));`);
    await using.opened.context.route('**/tokenizer.json', (route) => route.fulfill({ json: {} }));
    expect((await load()).error).toMatchObject({ name: 'ModelsError', code: 'INVALID_JSON' });
  });

  test('stays in the cache where it cannot be used as it was asked for', async () => {
    await load();
    expect((await load({ precision: 'int8' })).error).toMatchObject({ code: 'UNSUPPORTED' });
    expect((await load()).downloads).toEqual([]);
  });

  test('works when the storage is full, and says so', async () => {
    const cdp = await using.opened.context.newCDPSession(using.opened.page);
    const origin = new URL(using.site.url).origin;
    await cdp.send('Storage.overrideQuotaForOrigin', { origin, quotaSize: 2e6 });
    const { tokens, warnings } = await load();
    expect(tokens).toEqual(firstTokens);
    expect(warnings).toHaveLength(1);
    expect(warnings[0]).toMatchObject({ name: 'WebError', code: 'QUOTA_EXCEEDED' });
    expect(warnings[0]?.message).toMatch(/storage is full: .*model\.onnx \(15\.5 MB\)/);
    expect(await cachedUrls()).not.toContain('model.onnx');
  });

  test('may come as files', async () => {
    await using.opened.run(
      `globalThis.source = Object.fromEntries(await Promise.all(names.map(async (name) =>
        [name, await (await fetch('/models/tiny/' + name)).blob()])));`,
      { names },
    );
    expect(await load()).toEqual({ tokens: firstTokens, warnings: [], downloads: [] });
    await using.opened.run("delete globalThis.source['tokenizer.json']");
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
    await using.opened.run('globalThis.source = source', { source });
    const { error: found } = await load(options);
    expect(found).toMatchObject(error);
  });

  test('when the server fails', async () => {
    await using.opened.context.route('**/config.json', (route) => route.fulfill({ status: 503 }));
    const { error } = await load();
    expect(error).toMatchObject({ name: 'WebError', code: 'DOWNLOAD_FAILED' });
    expect(error?.message).toContain('503');
  });

  test('when the worker does not start', async () => {
    await using.opened.context.route(/worker[^/]*\.js$/, (route) => route.abort());
    expect((await load()).error).toMatchObject({ name: 'WebError', code: 'WORKER_FAILED' });
  });

  test('and with its own reason when it is aborted', async () => {
    const outcome = await using.opened.run<string>(`const controller = new AbortController();
      const onProgress = () => controller.abort('enough');
      return beltline.loadDecoder('/models/tiny', { signal: controller.signal, onProgress })
        .then(() => 'loaded', (reason) => reason);`);
    expect(outcome).toBe('enough');
    await expect.poll(() => using.opened.page.workers().length, { timeout: 20_000 }).toBe(0);
  });
});
