import { parseHubSource } from '@beltline/models/folder';
import { listFiles } from '@huggingface/hub';
import type { HubOptions } from '../messages.ts';
import { reasonOf, WebError } from '../web-error.ts';
import { defaultEndpoint } from './fetch-from-hub.ts';
import type { ModelCache } from './model-cache.ts';
import type { LocatedSource } from './web-folder.ts';

export interface HubContext {
  readonly cache: ModelCache;
  readonly fetch: typeof fetch;
}

/**
 * Finds out which files a model of the hub has, and where; while the hub cannot answer, as it was when it last did.
 *
 * @param name as `parseHubSource` reads it; a path in it is a folder of the repository or a GGUF file.
 * @throws WebError `MODEL_NOT_FOUND` or `DOWNLOAD_FAILED`.
 */
export async function locateHubModel(
  name: string,
  { endpoint = defaultEndpoint }: HubOptions,
  context: HubContext,
): Promise<LocatedSource> {
  const source = parseHubSource(name);
  if (source === undefined) {
    throw new WebError(
      'MODEL_NOT_FOUND',
      `"${name}" is no name on the hub: it must be owner/name, or hf:owner/name@revision`,
    );
  }
  const { repository, path } = source;
  const hubUrl = endpoint.replace(/\/+$/, '');
  const revision = encodeURIComponent(source.revision);
  const sizes = await listSizes({ hubUrl, repository, revision: source.revision }, context);
  const locate = (file: string) =>
    `${hubUrl}/${repository}/resolve/${revision}/${file.split('/').map(encodeURIComponent).join('/')}`;
  const files = Object.keys(sizes).flatMap((file) => {
    const name = nameBelow(path, file);
    return name === undefined ? [] : [{ name, url: locate(file), size: sizes[file]! }];
  });
  return {
    kind: 'urls',
    urls: Object.fromEntries(files.map(({ name, url }) => [name, url])),
    sizes: Object.fromEntries(files.map(({ name, size }) => [name, size])),
  };
}

/** A file's name below what was named, a folder or this file itself; undefined where it lies elsewhere. */
function nameBelow(path: string | undefined, file: string): string | undefined {
  if (path === undefined) return file;
  if (file === path) return file.slice(file.lastIndexOf('/') + 1);
  return file.startsWith(`${path}/`) ? file.slice(path.length + 1) : undefined;
}

interface Repository {
  readonly hubUrl: string;
  readonly repository: string;
  readonly revision: string;
}

/** Bytes by path. */
type Sizes = Readonly<Record<string, number>>;

async function listSizes(asked: Repository, { cache, fetch }: HubContext): Promise<Sizes> {
  const { hubUrl, repository, revision } = asked;
  const key = `${hubUrl}/api/models/${repository}/tree/${encodeURIComponent(revision)}?recursive=true`;
  const sizes: Record<string, number> = {};
  try {
    for await (const { type, path, size, lfs } of listFiles({
      repo: repository,
      revision,
      recursive: true,
      hubUrl,
      fetch,
    })) {
      if (type === 'file') sizes[path] = lfs?.size ?? size;
    }
  } catch (cause) {
    const status = (cause as { statusCode?: number }).statusCode;
    if (status !== undefined && !isPassing(status)) throw refused(asked, status, cause);
    const known = await cache.find(key);
    if (known?.content === undefined) throw unreachable(asked, cause);
    return JSON.parse(new TextDecoder().decode(known.content));
  }
  await cache.store(key, new TextEncoder().encode(JSON.stringify(sizes)), new Headers());
  return sizes;
}

/** Whether this status says that the hub is slow, busy or broken, and nothing of what was asked for. */
function isPassing(status: number): boolean {
  return status === 408 || status === 429 || status >= 500;
}

function refused(asked: Repository, status: number, cause: unknown): WebError {
  if (![401, 403, 404].includes(status)) return unreachable(asked, cause);
  const { hubUrl, repository, revision } = asked;
  return new WebError(
    'MODEL_NOT_FOUND',
    `${hubUrl} shows no model "${repository}" at revision "${revision}" (it answered ${status}): check the name; a private or ` +
      'gated model needs an access token (hub.token), and its licence accepted',
    { url: `${hubUrl}/${repository}`, cause },
  );
}

function unreachable({ hubUrl, repository }: Repository, cause: unknown): WebError {
  return new WebError(
    'DOWNLOAD_FAILED',
    `the files of "${repository}" could not be listed from ${hubUrl}: ${reasonOf(cause)}; is the network up?`,
    { url: `${hubUrl}/${repository}`, cause },
  );
}
