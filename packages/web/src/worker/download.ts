import { joinBytes } from '@beltline/graph';
import type { LoadProgress } from '../messages.ts';
import { reasonOf, WebError } from '../web-error.ts';
import { defaultFetch } from './fetch-from-hub.ts';
import { type FileContent, isPage, type ModelCache } from './model-cache.ts';

/**
 * Gets the file at a URL, from the cache or the network; `file` is its name for the progress, `size` its length in bytes
 * where that is known.
 */
export type Download = (url: string, file: string, size?: number) => Promise<FileContent>;

export interface DownloaderOptions {
  readonly cache: ModelCache;
  readonly onProgress: (progress: LoadProgress) => void;
  /** Default: the worker's own. */
  readonly fetch?: typeof fetch;
}

/** Makes what downloads files whole or not at all, and caches them. */
export function createDownloader({ cache, onProgress, fetch = defaultFetch }: DownloaderOptions): Download {
  return async (url, file, size) => {
    // Files that bundlers put into the code are nothing to cache.
    const cacheable = /^https?:/.test(url);
    const cached = cacheable ? await cache.find(url) : undefined;
    // Servers of other origins need not show which version they have: of another size it is another one.
    if (cached && (size === undefined || cached.content?.byteLength === size)) return cached.content;
    const response = await request(url, fetch);
    const content = await readContent(response, { url, size }, throttle(file, onProgress));
    if (cacheable) await cache.store(url, content, response.headers);
    return content;
  };
}

async function request(url: string, fetch: typeof globalThis.fetch): Promise<Response> {
  try {
    return await fetch(url);
  } catch (cause) {
    throw failed(
      url,
      `${reasonOf(cause)}; is the network up, and may this page read from that server (CORS)?`,
      cause,
    );
  }
}

async function readContent(
  response: Response,
  { url, size }: { readonly url: string; readonly size: number | undefined },
  report: (done: number, total: number | undefined) => void,
): Promise<FileContent> {
  const { ok, status, headers, body } = response;
  if (status === 404 || (ok && isPage(headers))) return undefined;
  if (!ok || body === null) throw failed(url, explainStatus(status));
  const total = size ?? announcedSize(response);
  const chunks: Uint8Array[] = [];
  let done = 0;
  const reader = body.getReader();
  try {
    for (let read = await reader.read(); !read.done; read = await reader.read()) {
      chunks.push(read.value);
      done += read.value.byteLength;
      report(done, total);
    }
  } catch (cause) {
    throw failed(url, `it broke off after ${done} bytes: ${reasonOf(cause)}`, cause);
  }
  if (total !== undefined && done !== total) {
    throw failed(url, `the server announced ${total} bytes, and ${done} came`);
  }
  return joinBytes(chunks, done);
}

function explainStatus(status: number): string {
  const reason =
    status === 401 || status === 403
      ? '; it may need an access token (hub.token), or a licence accepted'
      : '';
  return `the server answered ${status}${reason}`;
}

/** Undefined where the server says nothing, or speaks of the compressed size. */
function announcedSize({ headers, type }: Response): number | undefined {
  const length = headers.get('content-length');
  // Servers of other origins need not show whether they compress.
  if (length === null || headers.has('content-encoding') || type === 'cors') return undefined;
  return Number(length);
}

/** Least time between two reports on one file, in ms. */
const REPORT_INTERVAL = 50;

function throttle(file: string, onProgress: (progress: LoadProgress) => void) {
  let last = Number.NEGATIVE_INFINITY;
  return (done: number, total: number | undefined) => {
    const now = performance.now();
    if (done !== total && now - last < REPORT_INTERVAL) return;
    last = now;
    onProgress({ phase: 'download', file, done, total });
  };
}

function failed(url: string, reason: string, cause?: unknown): WebError {
  return new WebError('DOWNLOAD_FAILED', `${url} could not be downloaded: ${reason}`, { url, cause });
}
