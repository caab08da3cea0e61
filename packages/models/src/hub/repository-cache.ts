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
import { isCommit } from './hub-client.ts';

/**
 * One repository in the hub's cache, laid out as the Python tools do, so that both use the same files:
 * `blobs/<digest>` holds contents, `snapshots/<commit>/<path>` links to them, `refs/<revision>` names a commit.
 *
 * Our own are the names with `beltline` beside blobs and locks, and what lies in `.beltline`: `verified/<digest>` says when a blob
 * was, `listings/<commit>.json` what there is at the hub, and `graphs` is for onnxruntime.
 */
export interface RepositoryCache {
  /** Absolute path of the repository's folder, which may not exist yet. */
  readonly folder: string;
  blob(digest: string): string;
  /** Where the lock of a blob lies. */
  lock(digest: string): string;
  snapshot(commit: string): string;
  stamp(digest: string): string;
  /** The commit that the revision stood for when it was last pulled; undefined if it is not there. */
  commitOf(revision: string): Promise<string | undefined>;
  setCommit(revision: string, commit: string): Promise<void>;
  /** Makes the path in the snapshot lead to the blob. */
  link(options: { commit: string; path: string; digest: string }): Promise<void>;
  /** Paths below a snapshot that lead somewhere, sorted, with `/` between their parts. */
  files(commit: string): Promise<string[]>;
  /** Paths of all files that the repository has at a commit; undefined if that is not known here. */
  listing(commit: string): Promise<string[] | undefined>;
  setListing(commit: string, paths: readonly string[]): Promise<void>;
  /** Digest of the blob that a path in a snapshot leads to; undefined for a file that is no link. */
  digestOf(commit: string, path: string): Promise<string | undefined>;
}

export function openRepositoryCache(cacheFolder: string, repository: string): RepositoryCache {
  const name = `models--${repository.replace('/', '--')}`;
  const folder = join(cacheFolder, name);
  const listingOf = (commit: string) => join(folder, '.beltline', 'listings', `${commit}.json`);
  const cache: RepositoryCache = {
    folder,
    blob: (digest) => join(folder, 'blobs', digest),
    lock: (digest) => join(cacheFolder, '.locks', name, `${digest}.beltline-lock`),
    snapshot: (commit) => join(folder, 'snapshots', commit),
    stamp: (digest) => join(folder, '.beltline', 'verified', digest),
    async commitOf(revision) {
      const text = isCommit(revision)
        ? revision
        : await readFile(join(folder, 'refs', revision), 'utf8').catch(() => '');
      const commit = text.trim();
      return isCommit(commit) && (await exists(cache.snapshot(commit))) ? commit : undefined;
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
    async listing(commit) {
      try {
        return JSON.parse(await readFile(listingOf(commit), 'utf8')) as string[];
      } catch {
        return undefined;
      }
    },
    setListing: (commit, paths) => writeWhole(listingOf(commit), JSON.stringify(paths)),
    async digestOf(commit, path) {
      const target = await readlink(join(cache.snapshot(commit), path)).catch(() => undefined);
      return target && /(?:^|[\\/])([\da-f]{64}|[\da-f]{40})$/.exec(target)?.[1];
    },
  };
  return cache;
}

/**
 * Writes a small file, whole or not at all: a cache that cannot be written to is no reason not to read from it.
 */
export async function writeWhole(path: string, text: string): Promise<void> {
  const unfinished = `${path}.${randomUUID()}.part`;
  try {
    await mkdir(dirname(path), { recursive: true });
    await writeFile(unfinished, text);
    await rename(unfinished, path);
  } catch {
    await rm(unfinished, { force: true }).catch(() => {});
  }
}

export function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
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
