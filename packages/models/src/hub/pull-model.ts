import { mkdir, statfs } from 'node:fs/promises';
import type { HubSource } from '../folder/hub-source.ts';
import { ModelsError } from '../folder/models-error.ts';
import { fetchFile, sizeInCache } from './blob-store.ts';
import { createHubClient, type HubClient, type HubFile, isCommit } from './hub-client.ts';
import { type HubSettings, readHubSettings } from './hub-settings.ts';
import { planFiles } from './plan-files.ts';
import { notify, type PullOptions } from './pull-options.ts';
import { type PulledModel, toPulledModel } from './pulled-model.ts';
import { openRepositoryCache, type RepositoryCache } from './repository-cache.ts';
import { DEFAULT_RETRY, type RetryPolicy } from './retry.ts';
import { offlineError, useCache } from './use-cache.ts';

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
    const reason = `cannot use the cache ${settings.cacheFolder}: ${message}; HF_HOME puts it elsewhere`;
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
  const { signal, precision, toBuild, onProgress } = options;
  const byPath = new Map(files.map((file) => [file.path, file]));
  await cache.setListing(commit, [...byPath.keys()]);
  const paths = await planFiles([...byPath.keys()], {
    source,
    snapshot: cache.snapshot(commit),
    precision,
    toBuild,
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
  const pulled = toPulledModel(source, cache.snapshot(commit), commit, paths);
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
