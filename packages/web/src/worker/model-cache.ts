import { modelCacheName } from '../clear-model-cache.ts';
import { reasonOf, WebError } from '../web-error.ts';
import { defaultFetch } from './fetch-from-hub.ts';

/** The content of a file; undefined where the server said that there is none. */
export type FileContent = Uint8Array<ArrayBuffer> | undefined;

/** Model files by URL, whole ones only. */
export interface ModelCache {
  /** A file if it is there, whole, and what the server has now, as far as the server can be asked. */
  find(url: string): Promise<{ readonly content: FileContent } | undefined>;
  /** Keeps a file. Failing to is a warning. */
  store(url: string, content: FileContent, headers: Headers): Promise<void>;
  /** Drops all files found or stored since the last time; returns whether any had been found. */
  forgetUsed(): Promise<boolean>;
}

export interface ModelCacheOptions {
  readonly enabled: boolean;
  readonly onWarning: (warning: WebError) => void;
  /** Default: the browser's, undefined where the page is not served securely. */
  readonly storage?: CacheStorage | undefined;
  /** Asks servers for versions; default: the worker's own. */
  readonly fetch?: typeof fetch;
}

/** Opens the cache; where it does not work, one that holds nothing. */
export async function openModelCache({
  enabled,
  onWarning,
  storage = globalThis.caches as CacheStorage | undefined,
  fetch = defaultFetch,
}: ModelCacheOptions): Promise<ModelCache> {
  if (!enabled) return emptyCache;
  if (storage === undefined) {
    onWarning(notCached('browsers cache only for pages served over https or from this machine'));
    return emptyCache;
  }
  try {
    return createModelCache(await storage.open(modelCacheName), { onWarning, fetch });
  } catch (cause) {
    onWarning(notCached(reasonOf(cause), { cause }));
    return emptyCache;
  }
}

const emptyCache: ModelCache = {
  find: async () => undefined,
  store: async () => {},
  forgetUsed: async () => false,
};

function createModelCache(
  cache: Cache,
  { onWarning, fetch }: Required<Pick<ModelCacheOptions, 'onWarning' | 'fetch'>>,
): ModelCache {
  const found = new Set<string>();
  const stored = new Set<string>();
  return {
    async find(url) {
      // A cache that cannot be read is no reason to fail.
      const entry = await cache.match(url).catch(() => undefined);
      if (entry === undefined || !(await isCurrent(url, entry, fetch))) return undefined;
      const content = await readEntry(entry).catch(() => 'damaged' as const);
      if (content === 'damaged') return undefined;
      found.add(url);
      return { content };
    },
    async store(url, content, headers) {
      try {
        await cache.put(url, createEntry(content, headers));
        stored.add(url);
      } catch (cause) {
        onWarning(explain(url, content?.byteLength ?? 0, cause));
      }
    },
    async forgetUsed() {
      const any = found.size > 0;
      for (const url of [...found, ...stored]) await cache.delete(url).catch(() => false);
      found.clear();
      stored.clear();
      return any;
    },
  };
}

/** Headers that tell versions of a file apart. */
const VERSION_HEADERS = ['etag', 'last-modified'];

function createEntry(content: FileContent, headers: Headers): Response {
  const kept = VERSION_HEADERS.flatMap((name) => {
    const value = headers.get(name);
    return value === null ? [] : [[name, value] as [string, string]];
  });
  if (content === undefined) return new Response(null, { status: 404, headers: kept });
  return new Response(content, { headers: [...kept, ['content-length', String(content.byteLength)]] });
}

async function readEntry(entry: Response): Promise<FileContent | 'damaged'> {
  if (entry.status === 404) return undefined;
  const content = new Uint8Array(await entry.arrayBuffer());
  return content.byteLength === Number(entry.headers.get('content-length')) ? content : 'damaged';
}

/** How long the server may take to say whether a file is still the same, in ms. */
const PATIENCE = 5000;

/** Whether the server still has this version; without an answer, offline or not, the entry has to do. */
async function isCurrent(url: string, entry: Response, fetch: typeof globalThis.fetch): Promise<boolean> {
  try {
    const signal = AbortSignal.timeout(PATIENCE);
    const { ok, headers } = await fetch(url, { method: 'HEAD', cache: 'no-cache', signal });
    if (!ok) return true;
    if (entry.status === 404) return isPage(headers);
    for (const name of VERSION_HEADERS) {
      const [ours, theirs] = [entry.headers.get(name), headers.get(name)];
      if (ours !== null && theirs !== null) return ours === theirs;
    }
    return true;
  } catch {
    return true;
  }
}

/** Development servers answer a request for a missing file with the application's page. */
export function isPage(headers: Headers): boolean {
  return /^text\/html\b/i.test(headers.get('content-type') ?? '');
}

function explain(url: string, size: number, cause: unknown): WebError {
  if (!(cause instanceof DOMException && cause.name === 'QuotaExceededError')) {
    return notCached(reasonOf(cause), { cause, url });
  }
  const megabytes = (size / 1e6).toFixed(1);
  return new WebError(
    'QUOTA_EXCEEDED',
    `the browser's storage is full: ${url} (${megabytes} MB) is used but not kept, and will be downloaded again the ` +
      'next time; free storage of this site, or call clearModelCache()',
    { cause, url },
  );
}

function notCached(reason: string, options: { cause?: unknown; url?: string } = {}): WebError {
  const what = options.url ?? 'model files';
  return new WebError(
    'CACHE_FAILED',
    `${what} cannot be cached, and will be downloaded each time: ${reason}`,
    options,
  );
}
