import { randomUUID } from 'node:crypto';
import {
  copyFile,
  link,
  mkdir,
  readdir,
  readFile,
  readlink,
  rename,
  rm,
  stat,
  symlink,
  writeFile,
} from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { DEFAULT_REVISION, type HubSource } from '../model-source.ts';
import { isCommit } from './hub-client.ts';

/**
 * One repository in the hub's cache, laid out as the Python tools do, so that both use the same files:
 * `blobs/<digest>` holds contents, `snapshots/<commit>/<path>` links to them, `refs/<revision>` names a commit.
 *
 * Our own are `.beltline/<digest>`, which says that a blob was verified, and the names with `beltline` beside blobs and locks.
 */
export interface RepositoryCache {
  /** Absolute path of the repository's folder, which may not exist yet. */
  readonly folder: string;
  blob(digest: string): string;
  /** Where the lock of a blob lies. */
  lock(digest: string): string;
  snapshot(commit: string): string;
  stamp(digest: string): string;
  /** The commit that the revision stood for when it was last pulled. */
  commitOf(revision: string): Promise<string | undefined>;
  setCommit(revision: string, commit: string): Promise<void>;
  /** Makes the path in the snapshot lead to the blob. */
  link(options: { commit: string; path: string; digest: string }): Promise<void>;
  /** Paths below a snapshot that lead somewhere, sorted, with `/` between their parts. */
  files(commit: string): Promise<string[]>;
  /** Digest of the blob that a path in a snapshot leads to; undefined for a file that is no link. */
  digestOf(commit: string, path: string): Promise<string | undefined>;
}

export function openRepositoryCache(cacheFolder: string, repository: string): RepositoryCache {
  const name = `models--${repository.replace('/', '--')}`;
  const folder = join(cacheFolder, name);
  const cache: RepositoryCache = {
    folder,
    blob: (digest) => join(folder, 'blobs', digest),
    lock: (digest) => join(cacheFolder, '.locks', name, `${digest}.beltline-lock`),
    snapshot: (commit) => join(folder, 'snapshots', commit),
    stamp: (digest) => join(folder, '.beltline', digest),
    async commitOf(revision) {
      if (isCommit(revision)) return revision;
      const text = await readFile(join(folder, 'refs', revision), 'utf8').catch(() => '');
      const commit = text.trim();
      return isCommit(commit) ? commit : undefined;
    },
    async setCommit(revision, commit) {
      if (revision !== commit) await writeWhole(join(folder, 'refs', revision), commit);
    },
    async link({ commit, path, digest }) {
      const pointer = join(cache.snapshot(commit), path);
      if ((await readlink(pointer).catch(() => undefined)) === relative(dirname(pointer), cache.blob(digest)))
        return;
      await mkdir(dirname(pointer), { recursive: true });
      const unfinished = `${pointer}.${randomUUID()}.part`;
      await makeLink(cache.blob(digest), unfinished);
      await rename(unfinished, pointer);
    },
    files: (commit) => filesBelow(cache.snapshot(commit)),
    async digestOf(commit, path) {
      const target = await readlink(join(cache.snapshot(commit), path)).catch(() => undefined);
      return target && /(?:^|[\\/])([\da-f]{64}|[\da-f]{40})$/.exec(target)?.[1];
    },
  };
  return cache;
}

/** The snapshot of a source in the cache, as far as it goes; undefined where there is none. */
export async function findSnapshot(
  cache: RepositoryCache,
  { revision }: Pick<HubSource, 'revision'> = { revision: DEFAULT_REVISION },
): Promise<string | undefined> {
  const commit = await cache.commitOf(revision);
  if (commit === undefined) return undefined;
  const files = await cache.files(commit);
  return files.length > 0 ? commit : undefined;
}

/** Writes a small file so that it is there whole or not at all. */
export async function writeWhole(path: string, text: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  const unfinished = `${path}.${randomUUID()}.part`;
  await writeFile(unfinished, text);
  await rename(unfinished, path);
}

/** Windows allows symbolic links to some users only; a hard link shares the content too. */
async function makeLink(target: string, path: string): Promise<void> {
  try {
    await symlink(relative(dirname(path), target), path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EPERM') throw error;
    await link(target, path).catch(() => copyFile(target, path));
  }
}

async function filesBelow(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
  const paths: string[] = [];
  for (const entry of entries) {
    const path = join(entry.parentPath ?? entry.path, entry.name);
    // Follows links, which may be broken.
    const status = await stat(path).catch(() => undefined);
    if (status?.isFile()) paths.push(relative(folder, path).replaceAll('\\', '/'));
  }
  return paths.sort();
}

/** Removes a file or a folder, if it is there. */
export async function removeAll(path: string): Promise<void> {
  await rm(path, { recursive: true, force: true });
}
