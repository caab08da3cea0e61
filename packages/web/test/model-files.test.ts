import { beforeEach, describe, expect, test, vi } from 'vitest';
import type { LoadProgress } from '../src/messages.ts';
import type { WebError } from '../src/web-error.ts';
import { createDownloader } from '../src/worker/download.ts';
import { openModelCache } from '../src/worker/model-cache.ts';
import { openWebFolder } from '../src/worker/web-folder.ts';

type CacheStorageOption = NonNullable<Parameters<typeof openModelCache>[0]['storage']>;

const url = 'https://models.example/a/model.onnx';
const bytes = Uint8Array.from({ length: 5000 }, (_, index) => index % 251);

/** What the server has, by URL; a function answers in its own way. */
let server: Map<string, () => Response>;
let requests: string[];
let entries: Map<string, Response>;
let warnings: WebError[];
let progress: LoadProgress[];
beforeEach(() => {
  server = new Map();
  requests = [];
  entries = new Map();
  warnings = [];
  progress = [];
  vi.stubGlobal('fetch', async (address: string, { method = 'GET' }: RequestInit = {}) => {
    requests.push(`${method} ${address}`);
    const answer = server.get(address)?.() ?? new Response('', { status: 404 });
    if (answer.type === 'error') throw new TypeError('Failed to fetch');
    return method === 'HEAD' ? new Response(null, answer) : answer;
  });
});

/** The Cache API over a map; as the real one, it keeps whole responses or none. */
function fakeStorage(put?: () => Promise<void>): CacheStorageOption {
  const cache = {
    match: async (address: string) => entries.get(address)?.clone(),
    put: async (address: string, response: Response) => {
      await put?.();
      entries.set(address, response);
    },
    delete: async (address: string) => entries.delete(address),
  };
  return { open: async () => cache } as unknown as CacheStorageOption;
}

async function open(storage: CacheStorageOption | undefined = fakeStorage(), enabled = true) {
  const onWarning = (warning: WebError) => warnings.push(warning);
  const cache = await openModelCache({ enabled, onWarning, storage });
  return { cache, download: createDownloader({ cache, onProgress: (step) => progress.push(step) }) };
}

const file = (headers: Record<string, string> = {}, body: typeof bytes | string = bytes) => {
  const length = String(body.length);
  return () => new Response(body, { headers: { 'content-length': length, ...headers } });
};
const offline = () => Response.error();

describe('a file', () => {
  test('is downloaded with progress, and later taken from the cache', async () => {
    server.set(url, file());
    const { download } = await open();
    expect(await download(url, 'model.onnx')).toEqual(bytes);
    expect(progress.at(-1)).toEqual({ phase: 'download', file: 'model.onnx', done: 5000, total: 5000 });
    progress = [];
    expect(await download(url, 'model.onnx')).toEqual(bytes);
    expect(progress).toEqual([]);
    expect(requests).toEqual([`GET ${url}`, `HEAD ${url}`]);
    expect(warnings).toEqual([]);
  });

  test('comes from the cache when the server is out of reach, or answers nonsense', async () => {
    server.set(url, file({ etag: '"1"' }));
    const { download } = await open();
    await download(url, 'model.onnx');
    for (const answer of [offline, () => new Response('', { status: 503 })]) {
      server.set(url, answer);
      expect(await download(url, 'model.onnx')).toEqual(bytes);
    }
  });

  test.each(['etag', 'last-modified'])('is downloaded again when its %s has changed', async (header) => {
    const { download } = await open();
    server.set(url, file({ [header]: 'old' }));
    await download(url, 'model.onnx');
    server.set(url, file({ [header]: 'new' }, 'new'));
    expect(await download(url, 'model.onnx')).toEqual(new TextEncoder().encode('new'));
    expect(requests.at(-1)).toBe(`GET ${url}`);
    await download(url, 'model.onnx');
    expect(requests.at(-1)).toBe(`HEAD ${url}`);
  });

  test('is downloaded again when its size is known, and the cached one has another', async () => {
    const { download } = await open();
    server.set(url, file({}, 'old'));
    await download(url, 'model.onnx');
    server.set(url, file());
    expect(await download(url, 'model.onnx', bytes.length)).toEqual(bytes);
    expect(requests.at(-1)).toBe(`GET ${url}`);
    expect(await download(url, 'model.onnx', bytes.length)).toEqual(bytes);
    expect(requests.at(-1)).toBe(`HEAD ${url}`);
  });

  test('that is missing stays missing offline, until it appears', async () => {
    const { download } = await open();
    expect(await download(url, 'model.onnx')).toBeUndefined();
    server.set(url, offline);
    expect(await download(url, 'model.onnx')).toBeUndefined();
    server.set(url, file());
    expect(await download(url, 'model.onnx')).toEqual(bytes);
  });

  test('for which the server sends its start page is missing', async () => {
    server.set(url, () => new Response('<!doctype html>', { headers: { 'content-type': 'text/html' } }));
    const { download } = await open();
    expect(await download(url, 'model.onnx')).toBeUndefined();
    expect(await download(url, 'model.onnx')).toBeUndefined();
  });

  test('may come compressed, or without its size', async () => {
    const { download } = await open();
    server.set(url, file({ 'content-length': '12', 'content-encoding': 'gzip' }));
    expect(await download(url, 'model.onnx')).toEqual(bytes);
    expect(progress.at(-1)).toMatchObject({ done: 5000, total: undefined });
    entries.clear();
    server.set(url, () => new Response(bytes));
    expect(await download(url, 'model.onnx')).toEqual(bytes);
    expect(entries.get(url)?.headers.get('content-length')).toBe('5000');
  });

  test.each<[string, () => Response, RegExp]>([
    ['breaks off', file({ 'content-length': '6000' }), /announced 6000 bytes, and 5000 came/],
    ['cannot be reached', offline, /Failed to fetch.*CORS/],
    ['is refused', () => new Response('', { status: 403 }), /answered 403/],
    [
      'fails in between',
      () => {
        const chunks = [bytes, bytes];
        return new Response(
          new ReadableStream({
            pull(controller) {
              const chunk = chunks.pop();
              if (chunk) controller.enqueue(chunk);
              else controller.error(new TypeError('network error'));
            },
          }),
        );
      },
      /broke off after \d+ bytes: network error/,
    ],
  ])('that %s is an error, and nothing of it is stored', async (_what, answer, message) => {
    server.set(url, answer);
    const { download } = await open();
    const error = await download(url, 'model.onnx').catch((reason: unknown) => reason);
    expect(error).toMatchObject({ name: 'WebError', code: 'DOWNLOAD_FAILED', url });
    expect((error as WebError).message).toMatch(message);
    expect(entries.size).toBe(0);
  });

  test('that is part of the code is not cached', async () => {
    const data = 'data:application/json,%7B%7D';
    server.set(data, file({}, '{}'));
    const { download } = await open();
    expect(await download(data, 'beltline.json')).toEqual(new TextEncoder().encode('{}'));
    expect(entries.size).toBe(0);
  });
});

describe('the cache', () => {
  test('drops what was used, and tells whether it was older than this visit', async () => {
    server.set(url, file());
    const first = await open();
    await first.download(url, 'model.onnx');
    expect(await first.cache.forgetUsed()).toBe(false);
    expect(entries.size).toBe(0);
    await first.download(url, 'model.onnx');
    const second = await open();
    await second.download(url, 'model.onnx');
    expect(await second.cache.forgetUsed()).toBe(true);
    expect(entries.size).toBe(0);
    expect(await second.cache.forgetUsed()).toBe(false);
  });

  test('is not trusted with entries of a wrong size', async () => {
    server.set(url, file());
    const { download } = await open();
    entries.set(url, new Response('half', { headers: { 'content-length': '8' } }));
    expect(await download(url, 'model.onnx')).toEqual(bytes);
  });

  test.each<[string, () => Promise<void>, object]>([
    [
      'is full',
      () => Promise.reject(new DOMException('full', 'QuotaExceededError')),
      { code: 'QUOTA_EXCEEDED', url },
    ],
    ['breaks', () => Promise.reject(new Error('the disk')), { code: 'CACHE_FAILED', url }],
  ])('that %s is a warning, and the file is used', async (_what, put, warning) => {
    server.set(url, file());
    const { download } = await open(fakeStorage(put));
    expect(await download(url, 'model.onnx')).toEqual(bytes);
    expect(warnings).toHaveLength(1);
    expect(warnings[0]).toMatchObject(warning);
  });

  test('that is forbidden is a warning', async () => {
    server.set(url, file());
    const forbidden = { open: () => Promise.reject(new DOMException('denied', 'SecurityError')) };
    const { download } = await open(forbidden as unknown as CacheStorageOption);
    expect(await download(url, 'model.onnx')).toEqual(bytes);
    expect(warnings).toMatchObject([{ code: 'CACHE_FAILED' }]);
  });

  test('that is not there is a warning, unless it is not wanted', async () => {
    const onWarning = (warning: WebError) => warnings.push(warning);
    await openModelCache({ enabled: false, onWarning });
    expect(warnings).toEqual([]);
    await openModelCache({ enabled: true, onWarning });
    expect(warnings).toMatchObject([{ code: 'CACHE_FAILED' }]);
  });
});

describe('a folder', () => {
  test('behind a URL finds files by names that need escaping', async () => {
    const { download } = await open();
    const folder = openWebFolder({ kind: 'folder', url: 'https://models.example/a/' }, download);
    const address = 'https://models.example/a/onnx/50%25%20of%20%231.onnx';
    expect(folder.pathOf('onnx/50% of #1.onnx')).toBe(address);
    server.set(address, file());
    expect(await folder.readBytes('onnx/50% of #1.onnx')).toEqual(bytes);
  });

  test('of single URLs has these files only', async () => {
    const { download } = await open();
    server.set(url, file({}, '{}'));
    const folder = openWebFolder({ kind: 'urls', urls: { 'config.json': url } }, download);
    expect(await folder.readText('config.json')).toBe('{}');
    expect(await folder.readText('tokenizer.json')).toBeUndefined();
    await expect(folder.readBytes('model.onnx')).rejects.toMatchObject({
      name: 'ModelsError',
      code: 'MISSING_FILE',
    });
  });

  test('of Blobs is read without the network', async () => {
    const { download } = await open();
    const folder = openWebFolder({ kind: 'blobs', blobs: { 'onnx/a.onnx': new Blob([bytes]) } }, download);
    expect(await folder.readBytes('onnx/a.onnx')).toEqual(bytes);
    expect(await folder.readText('config.json')).toBeUndefined();
    expect(requests).toEqual([]);
  });
});
