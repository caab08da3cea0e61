import { lstat, readdir, readFile, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { chooseWeights } from '../folder/choose-weights.ts';
import { formatHubSource, type HubSource, isGguf } from '../folder/hub-source.ts';
import { ModelsError } from '../folder/models-error.ts';
import { GRAPH_FOLDERS } from '../graph-folder.ts';
import { type Environment, hubCacheFolder } from './hub-settings.ts';
import { exists, openRepositoryCache, type RepositoryCache, removeAll } from './repository-cache.ts';

/** A repository in the hub's cache, whichever tool has put it there. */
export interface CachedModel {
  /** `owner/name`. */
  readonly name: string;
  /** Bytes on the disk, with partial downloads. */
  readonly size: number;
  /** When its files changed for the last time. */
  readonly changed: Date;
  readonly revisions: readonly CachedRevision[];
}

/** One commit of a repository. */
export interface CachedRevision {
  readonly commit: string;
  /** Branches and tags that stood for it when they were last pulled. */
  readonly names: readonly string[];
  /** Absolute path. */
  readonly folder: string;
  /** Paths of weights that can be used, below the folder. */
  readonly weights: readonly string[];
}

/** Lists the models in the hub's cache by name; others than those that Beltline can use are among them. */
export async function listCachedModels(environment: Environment = process.env): Promise<CachedModel[]> {
  const cacheFolder = hubCacheFolder(environment);
  const entries = await readdir(cacheFolder).catch(() => []);
  const names = entries.flatMap((entry) => repositoryOf(entry) ?? []);
  return Promise.all(names.sort().map((name) => describeModel(name, openRepositoryCache(cacheFolder, name))));
}

/**
 * The folder or GGUF file of a source in the cache, absolute.
 *
 * @throws ModelsError `MODEL_NOT_FOUND` if it is not there.
 */
export async function findCachedModel(
  source: HubSource,
  environment: Environment = process.env,
): Promise<string> {
  const cache = openRepositoryCache(hubCacheFolder(environment), source.repository);
  const commit = await cache.commitOf(source.revision);
  const path = commit && join(cache.snapshot(commit), source.path ?? '');
  if (path === undefined || !(await exists(path))) throw notCached(source, cache);
  return path;
}

/**
 * Removes a model from the cache: one revision, or all of them for `'all'`. While another revision is there, the
 * blobs that it uses stay, and so do partial downloads; the last one takes all with it.
 *
 * @returns the number of bytes that are free now.
 * @throws ModelsError `MODEL_NOT_FOUND` if it is not there.
 */
export async function removeCachedModel(
  source: HubSource,
  { revisions, environment = process.env }: { revisions: 'all' | 'one'; environment?: Environment },
): Promise<number> {
  const cacheFolder = hubCacheFolder(environment);
  const cache = openRepositoryCache(cacheFolder, source.repository);
  if (!(await exists(cache.folder))) throw notCached(source, cache);
  const before = await sizeBelow(cache.folder);
  if (revisions === 'all') await removeAll(cache.folder);
  else await removeRevision(source, cache);
  if (!(await exists(cache.folder))) await removeAll(dirname(cache.lock('any')));
  return before.size - (await sizeBelow(cache.folder)).size;
}

async function removeRevision(source: HubSource, cache: RepositoryCache): Promise<void> {
  const commit = await cache.commitOf(source.revision);
  if (commit === undefined) throw notCached(source, cache);
  for (const [name, other] of await readRefs(cache)) {
    if (other === commit) await removeAll(join(cache.folder, 'refs', name));
  }
  await removeAll(cache.snapshot(commit));
  const commits = await readdir(join(cache.folder, 'snapshots')).catch(() => []);
  if (commits.length === 0) return removeAll(cache.folder);
  // Where there are no symbolic links, snapshots have their files as hard links.
  const used = new Set<string | undefined>();
  for (const other of commits) {
    for (const path of await cache.files(other)) used.add(await contentOf(join(cache.snapshot(other), path)));
  }
  for (const blob of await readdir(join(cache.folder, 'blobs')).catch(() => [])) {
    // Other processes may be downloading.
    const isPartial = /\.incomplete$|\.beltline-part/.test(blob);
    if (isPartial || used.has(await contentOf(cache.blob(blob)))) continue;
    await removeAll(cache.blob(blob));
    await removeAll(cache.stamp(blob));
  }
  // Their hard links would keep the contents; they are made anew for the revisions that stay.
  await removeAll(join(cache.folder, GRAPH_FOLDERS));
}

/** The same for all paths that lead to the same content on the disk. */
async function contentOf(path: string): Promise<string | undefined> {
  const status = await stat(path).catch(() => undefined);
  return status && `${status.dev} ${status.ino}`;
}

function repositoryOf(entry: string): string | undefined {
  const [kind, owner, ...rest] = entry.split('--');
  return kind === 'models' && owner && rest.length > 0 ? `${owner}/${rest.join('--')}` : undefined;
}

async function describeModel(name: string, cache: RepositoryCache): Promise<CachedModel> {
  const refs = await readRefs(cache);
  const commits = await readdir(join(cache.folder, 'snapshots')).catch(() => []);
  const revisions = commits.sort().map(async (commit): Promise<CachedRevision> => {
    const names = refs.filter(([, other]) => other === commit).map(([ref]) => ref);
    const files = await cache.files(commit);
    return { commit, names, folder: cache.snapshot(commit), weights: usableWeights(files) };
  });
  return { name, ...(await sizeBelow(cache.folder)), revisions: await Promise.all(revisions) };
}

function usableWeights(files: readonly string[]): string[] {
  const chosen = ([undefined, 'int4', 'int8', 'fp32'] as const).flatMap((precision) => {
    const weights = chooseWeights(files, precision);
    if (weights === undefined) return [];
    return weights.kind === 'exported-graph' ? weights.graph : weights.file;
  });
  return [...new Set([...chosen, ...files.filter(isGguf)])].sort();
}

/** Names of branches and tags with their commits. */
async function readRefs({ folder }: RepositoryCache): Promise<[name: string, commit: string][]> {
  const refs = join(folder, 'refs');
  const entries = await readdir(refs, { recursive: true }).catch(() => []);
  const read = entries.sort().map(async (name): Promise<[string, string][]> => {
    const commit = await readFile(join(refs, name), 'utf8').catch(() => undefined);
    return commit === undefined ? [] : [[name.replaceAll('\\', '/'), commit.trim()]];
  });
  return (await Promise.all(read)).flat();
}

/** Bytes of files, those with several hard links counted once, and when the last one changed. */
async function sizeBelow(folder: string): Promise<{ size: number; changed: Date }> {
  const entries = await readdir(folder, { recursive: true }).catch(() => []);
  const statuses = await Promise.all(
    entries.map((entry) => lstat(join(folder, entry)).catch(() => undefined)),
  );
  const files = statuses.filter((status) => status?.isFile()).map((status) => status!);
  const sizes = new Map(files.map(({ dev, ino, size }) => [`${dev} ${ino}`, size]));
  const size = [...sizes.values()].reduce((sum, bytes) => sum + bytes, 0);
  return { size, changed: new Date(Math.max(0, ...files.map(({ mtimeMs }) => mtimeMs))) };
}

function notCached(source: HubSource, { folder }: RepositoryCache): ModelsError {
  const name = formatHubSource(source);
  const message = `"${name}" is not in the cache ${dirname(folder)}; "beltline models list" shows what is`;
  return new ModelsError('MODEL_NOT_FOUND', name, message);
}
