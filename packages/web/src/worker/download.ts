import type { LoadProgress } from '../messages.ts';
import { reasonOf, WebError } from '../web-error.ts';
import { type FileContent, isPage, type ModelCache } from './model-cache.ts';

/** Gets the file at a URL, from the cache or the network; `file` is its name for the progress. */
export type Download = (url: string, file: string) => Promise<FileContent>;

export interface DownloaderOptions {
  readonly cache: ModelCache;
  readonly onProgress: (progress: LoadProgress) => void;
}

/** Makes what downloads files whole or not at all, and caches them. */
export function createDownloader({ cache, onProgress }: DownloaderOptions): Download {
  return async (url, file) => {
    // Files that bundlers put into the code are nothing to cache.
    const cacheable = /^https?:/.test(url);
    const cached = cacheable ? await cache.find(url) : undefined;
    if (cached) return cached.content;
    const response = await request(url);
    const content = await readContent(response, url, throttle(file, onProgress));
    if (cacheable) await cache.store(url, content, response.headers);
    return content;
  };
}

async function request(url: string): Promise<Response> {
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
  url: string,
  report: (done: number, total: number | undefined) => void,
): Promise<FileContent> {
  const { ok, status, headers, body } = response;
  if (status === 404 || (ok && isPage(headers))) return undefined;
  if (!ok || body === null) throw failed(url, `the server answered ${status}`);
  const total = announcedSize(response);
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
  return join(chunks, done);
}

/** Undefined where the server says nothing, or speaks of the compressed size. */
function announcedSize({ headers, type }: Response): number | undefined {
  const length = headers.get('content-length');
  // Servers of other origins need not show whether they compress.
  if (length === null || headers.has('content-encoding') || type === 'cors') return undefined;
  return Number(length);
}

function join(chunks: readonly Uint8Array[], size: number): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(size);
  let offset = 0;
  for (const chunk of chunks) {
    whole.set(chunk, offset);
    offset += chunk.byteLength;
  }
  return whole;
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
