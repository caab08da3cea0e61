import { ModelsError } from '../folder/models-error.ts';
import { errorOfResponse, type HubRequest, TemporaryFailure } from './hub-error.ts';
import type { HubSettings } from './hub-settings.ts';
import { createRetry, type RetryPolicy } from './retry.ts';

/** A file as the hub lists it. */
export interface HubFile {
  /** Below the repository's root, with `/` between its parts. */
  readonly path: string;
  /** In bytes. */
  readonly size: number;
  /** SHA-256 of large files, the id of the git blob (SHA-1) of others: 64 or 40 hexadecimal digits. */
  readonly digest: string;
}

/** One repository of the hub. */
export interface HubClient {
  /** The commit that the revision stands for now. */
  commit(): Promise<string>;
  /** All files at a commit, save those whose paths the cache cannot have. */
  files(commit: string): Promise<HubFile[]>;
  /**
   * Starts to read a file from an offset, in one attempt; `offset` 0 asks for no range.
   *
   * @throws ModelsError, or TemporaryFailure where it may work later.
   */
  open(file: HubFile, options: { commit: string; offset: number; signal: AbortSignal }): Promise<Response>;
}

export interface HubClientOptions {
  readonly settings: HubSettings;
  /** `owner/name`. */
  readonly repository: string;
  readonly revision: string;
  readonly retry: RetryPolicy;
  readonly fetch: typeof fetch;
  readonly signal: AbortSignal | undefined;
  /** Hears in words of each wait. */
  readonly onWait: (message: string) => void;
}

/** Commits and files are asked for with @huggingface/hub, which is loaded on the first question. */
export function createHubClient(options: HubClientOptions): HubClient {
  const { settings, repository, revision, signal } = options;
  const request: HubRequest = {
    endpoint: settings.endpoint,
    repository,
    revision,
    hasToken: settings.token !== undefined,
  };
  const question = { hubUrl: settings.endpoint, fetch: askingFetch(options, request) };

  return {
    async commit() {
      const { modelInfo } = await import('@huggingface/hub');
      const asked = { ...question, name: repository, revision, additionalFields: ['sha' as const] };
      const { sha } = await answer(modelInfo(asked), request, signal);
      if (!isCommit(sha)) throw nonsense(request, `the commit ${JSON.stringify(sha)}`);
      return sha;
    },
    async files(commit) {
      const { listFiles } = await import('@huggingface/hub');
      const files: HubFile[] = [];
      const asked = { ...question, repo: repository, recursive: true, revision: commit };
      await answer(
        (async () => {
          for await (const { type, path, size, oid, lfs } of listFiles(asked)) {
            if (type !== 'file' || !isSoundPath(path)) continue;
            files.push({ path, size: lfs?.size ?? size, digest: lfs?.oid ?? oid ?? '' });
          }
        })(),
        request,
        signal,
      );
      const wrong = files.find((file) => !isSound(file));
      if (wrong) throw nonsense(request, `the file ${JSON.stringify(wrong)}`);
      return files;
    },
    open(file, { commit, offset, signal }) {
      const path = file.path.split('/').map(encodeURIComponent).join('/');
      const url = `${settings.endpoint}/${repository}/resolve/${commit}/${path}`;
      const headers = { 'accept-encoding': 'identity', ...(offset > 0 && { range: `bytes=${offset}-` }) };
      return send(url, { headers, signal }, { ...request, file: file.path }, options);
    },
  };
}

export function isCommit(text: unknown): text is string {
  return typeof text === 'string' && /^[\da-f]{40}$/.test(text);
}

/** Paths of the hub become paths in the cache: they must not lead out of it, and Windows has no colons. */
function isSoundPath(path: unknown): path is string {
  return (
    typeof path === 'string' &&
    path.split(/[\\/]/).every((part) => part !== '' && part !== '.' && part !== '..' && !part.includes(':'))
  );
}

/** Digests become names in the cache. */
function isSound({ size, digest }: HubFile): boolean {
  return Number.isSafeInteger(size) && size >= 0 && /^(?:[\da-f]{40}|[\da-f]{64})$/.test(digest);
}

/** A `fetch` for @huggingface/hub that tries again, and that throws our errors. */
function askingFetch(options: HubClientOptions, request: HubRequest): typeof fetch {
  return async (input, init) => {
    const { repository, retry: policy, signal, onWait } = options;
    const retry = createRetry(policy, { what: repository, signal, onWait });
    for (;;) {
      const timeout = AbortSignal.timeout(policy.silence);
      const both = signal ? AbortSignal.any([signal, timeout]) : timeout;
      try {
        const response = await send(String(input), { ...init, signal: both }, request, options);
        // All of it here, where a cut connection is tried again.
        const body = await response.text().catch((cause: unknown) => {
          throw networkFailure(request.endpoint, cause);
        });
        return new Response(body, response);
      } catch (error) {
        await retry.failed(error);
      }
    }
  };
}

async function send(
  url: string,
  init: RequestInit,
  request: HubRequest,
  { settings, fetch, signal }: HubClientOptions,
): Promise<Response> {
  const headers = new Headers(init.headers);
  headers.set('user-agent', 'beltline');
  // Pages of a list may lie elsewhere, and the token is for the hub alone.
  if (settings.token && new URL(url).origin === new URL(settings.endpoint).origin) {
    headers.set('authorization', `Bearer ${settings.token}`);
  }
  const response = await fetch(url, { ...init, headers }).catch((cause: unknown) => {
    signal?.throwIfAborted();
    throw networkFailure(settings.endpoint, cause);
  });
  if (response.ok) return response;
  throw await errorOfResponse(response, request);
}

/** What fetch or a body threw; the useful part is in the causes. */
export function networkFailure(from: string, thrown: unknown): TemporaryFailure {
  let error = thrown;
  while (error instanceof Error && error.cause instanceof Error) error = error.cause;
  const { code } = error as { code?: unknown };
  const message = error instanceof Error ? error.message || String(code ?? error.name) : String(error);
  return new TemporaryFailure('NETWORK', `the connection to ${from} failed (${message})`, { cause: thrown });
}

/** Errors of @huggingface/hub itself are about answers that it does not understand. */
async function answer<Value>(
  question: Promise<Value>,
  request: HubRequest,
  signal: AbortSignal | undefined,
): Promise<Value> {
  try {
    return await question;
  } catch (cause) {
    signal?.throwIfAborted();
    if (cause instanceof ModelsError || !(cause instanceof Error)) throw cause;
    throw nonsense(request, cause.message, cause);
  }
}

function nonsense({ endpoint, repository }: HubRequest, what: string, cause?: unknown): ModelsError {
  return new ModelsError(
    'HUB_FAILED',
    repository,
    `${endpoint} answered what makes no sense when asked for "${repository}": ${what}; is HF_ENDPOINT right?`,
    { cause },
  );
}
