import { mkdir, stat, statfs } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { ModelsError } from '../folder/models-error.ts';
import type { ModelPrecision } from '../folder/precision.ts';
import { formatHubSource, type HubSource, isGguf } from '../model-source.ts';
import { checkBlob, fetchFile, sizeInCache } from './blob-store.ts';
import { createHubClient, type HubClient, type HubFile, isCommit } from './hub-client.ts';
import { type Environment, type HubSettings, readHubSettings } from './hub-settings.ts';
import { planFiles } from './plan-files.ts';
import type { PullEvent, PullNotice } from './pull-event.ts';
import { openRepositoryCache, type RepositoryCache } from './repository-cache.ts';
import { DEFAULT_RETRY, type RetryPolicy } from './retry.ts';

export interface PullOptions {
  /** Which weights to fetch where there are several, and what a graph will be built in; without it the smallest good ones. */
  readonly precision?: ModelPrecision;
  /** Reads all files again that are in the cache, whether they seem to have changed or not. Default false. */
  readonly verify?: boolean;
  /** Stops the download; what has arrived is kept, and the next call goes on from there. */
  readonly signal?: AbortSignal;
  readonly onProgress?: (event: PullEvent) => void;
  /** Variables such as `HF_TOKEN`; default those of the process. */
  readonly environment?: Environment;
  /** For proxies and tests; default the global one. */
  readonly fetch?: typeof fetch;
  /** Times in ms, for tests. */
  readonly retry?: RetryPolicy;
}

/** A model of the hub that lies in the cache. */
export interface PulledModel {
  readonly commit: string;
  /** Absolute path of the folder with the model's files; with other files too, if they were pulled. */
  readonly folder: string;
  /** Absolute paths of the files that the model needs. */
  readonly files: readonly string[];
}

/**
 * Makes sure that the files of a model lie in the cache, whole and verified, and fetches those that do not.
 *
 * Without network, the files that the cache has for the revision are used if they are complete.
 *
 * @throws ModelsError, see its codes; the signal's reason.
 */
export async function pullModel(source: HubSource, options: PullOptions = {}): Promise<PulledModel> {
  options.signal?.throwIfAborted();
  const settings = await readHubSettings(options.environment ?? process.env);
  const cache = openRepositoryCache(settings.cacheFolder, source.repository);
  try {
    if (settings.offline) return await useCache(source, cache, options, offlineError(source, settings));
    return await pullOnline(source, cache, settings, options);
  } catch (cause) {
    const { code, syscall, message } = cause as NodeJS.ErrnoException;
    if (cause instanceof ModelsError || code === undefined || syscall === undefined) throw cause;
    const reason = `cannot write to the cache ${settings.cacheFolder}: ${message}; HF_HOME puts it elsewhere`;
    throw new ModelsError('CACHE_FAILED', settings.cacheFolder, reason, { cause });
  }
}

async function pullOnline(
  source: HubSource,
  cache: RepositoryCache,
  settings: HubSettings,
  options: PullOptions,
): Promise<PulledModel> {
  const cached = await cache.commitOf(source.revision);
  const retry = options.retry ?? DEFAULT_RETRY;
  const client = createHubClient({
    settings,
    repository: source.repository,
    revision: source.revision,
    // Who is without network and has the model does not want to wait.
    retry: cached === undefined ? retry : { ...retry, attempts: 1 },
    fetch: options.fetch ?? fetch,
    signal: options.signal,
    onWait: (message) => notify(options, source.repository, 'retrying', message),
  });
  let commit: string;
  let files: HubFile[];
  try {
    commit = isCommit(source.revision) ? source.revision : await client.commit();
    files = await client.files(commit);
  } catch (error) {
    if (!(error instanceof ModelsError) || error.code !== 'NETWORK' || cached === undefined) throw error;
    notify(options, source.repository, 'offline', 'the hub cannot be reached; using the files in the cache');
    return useCache(source, cache, options, error);
  }
  return pullFiles(source, { client, cache, commit, files, retry, options });
}

interface Pull {
  readonly client: HubClient;
  readonly cache: RepositoryCache;
  readonly commit: string;
  /** All files of the repository. */
  readonly files: readonly HubFile[];
  readonly retry: RetryPolicy;
  readonly options: PullOptions;
}

async function pullFiles(source: HubSource, pull: Pull): Promise<PulledModel> {
  const { cache, commit, options, files } = pull;
  const { signal, precision, onProgress } = options;
  const byPath = new Map(files.map((file) => [file.path, file]));
  const paths = await planFiles([...byPath.keys()], {
    source,
    snapshot: cache.snapshot(commit),
    precision,
    signal,
    fetchText: (path) => fetchOne(byPath.get(path)!, pull, () => {}),
  });
  const wanted = paths.map((path) => byPath.get(path)!);
  const total = sizeOf(wanted);
  const states = await Promise.all(wanted.map((file) => sizeInCache(file, cache)));
  let done = states.reduce((sum, size) => sum + size, 0);
  await requireRoom(cache, total - done);
  onProgress?.({
    type: 'pull-start',
    model: source.repository,
    commit,
    files: wanted.map(describe),
    done,
    total,
  });
  for (const [index, file] of wanted.entries()) {
    let received = states[index]!;
    await fetchOne(file, pull, (bytes) => {
      if (bytes === received) return;
      done += bytes - received;
      received = bytes;
      onProgress?.({ type: 'pull-delta', file: file.path, done, total });
    });
  }
  await cache.setCommit(source.revision, commit);
  const pulled = pulledModel(source, cache.snapshot(commit), commit, paths);
  onProgress?.({ type: 'pull-end', folder: pulled.folder });
  return pulled;
}

function fetchOne(file: HubFile, pull: Pull, onReceived: (bytes: number) => void): Promise<void> {
  const { client, cache, commit, retry, options } = pull;
  return fetchFile(file, cache, {
    client,
    commit,
    retry,
    verify: options.verify ?? false,
    signal: options.signal,
    onReceived,
    onNotice: (notice, message) => notify(options, file.path, notice, message),
  });
}

/** Uses what the cache has, if it is all that is needed; `reason` says why the hub is not asked. */
async function useCache(
  source: HubSource,
  cache: RepositoryCache,
  options: PullOptions,
  reason: ModelsError,
): Promise<PulledModel> {
  const { signal, precision, verify = false } = options;
  const commit = await cache.commitOf(source.revision);
  const present = commit === undefined ? [] : await cache.files(commit);
  if (commit === undefined || present.length === 0) throw reason;
  const snapshot = cache.snapshot(commit);
  const fetchText = async () => {};
  const paths = await planFiles(present, { source, snapshot, precision, signal, fetchText }).catch(
    (cause) => {
      if (!(cause instanceof ModelsError) || !['MISSING_FILE', 'UNSUPPORTED'].includes(cause.code))
        throw cause;
      const message = `${reason.message}; what is in the cache is not enough: ${cause.message}`;
      throw new ModelsError(reason.code, source.repository, message, { cause });
    },
  );
  for (const path of paths) {
    const digest = await cache.digestOf(commit, path);
    if (digest === undefined) continue;
    // Nobody says what the size should be; the digest does.
    const { size } = await stat(join(snapshot, path));
    const onNotice = (notice: PullNotice, message: string) => notify(options, path, notice, message);
    const state = await checkBlob({ path, digest, size }, cache, { verify, signal, onNotice });
    if (state === 'verified') continue;
    const message = `${path} of "${formatHubSource(source)}" is damaged in the cache; ${reason.message}`;
    throw new ModelsError('INTEGRITY', join(snapshot, path), message);
  }
  return pulledModel(source, snapshot, commit, paths);
}

function pulledModel(
  { path }: HubSource,
  snapshot: string,
  commit: string,
  paths: readonly string[],
): PulledModel {
  const folder = path === undefined ? snapshot : join(snapshot, isGguf(path) ? dirname(path) : path);
  return { commit, folder, files: paths.map((name) => join(snapshot, name)) };
}

function notify({ onProgress }: PullOptions, file: string, notice: PullNotice, message: string): void {
  onProgress?.({ type: 'pull-notice', file, notice, message });
}

function offlineError(source: HubSource, { cacheFolder }: HubSettings): ModelsError {
  const name = formatHubSource(source);
  return new ModelsError(
    'OFFLINE',
    name,
    `"${name}" is not in the cache ${cacheFolder}, and HF_HUB_OFFLINE forbids to fetch it; pull it once without HF_HUB_OFFLINE`,
  );
}

/** Fails before a download that cannot come to its end. */
async function requireRoom(cache: RepositoryCache, bytes: number): Promise<void> {
  if (bytes <= 0) return;
  await mkdir(cache.folder, { recursive: true });
  const { bavail, bsize } = await statfs(cache.folder);
  if (bavail * bsize >= bytes) return;
  const message = `${bytes} bytes are to be downloaded, but ${cache.folder} has room for ${bavail * bsize}; HF_HOME puts the cache elsewhere`;
  throw new ModelsError('CACHE_FAILED', cache.folder, message);
}

function sizeOf(files: readonly HubFile[]): number {
  return files.reduce((sum, { size }) => sum + size, 0);
}

function describe({ path, size }: HubFile): { path: string; size: number } {
  return { path, size };
}
