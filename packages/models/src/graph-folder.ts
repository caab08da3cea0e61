import { createHash } from 'node:crypto';
import { link, mkdir, realpath, rm, stat } from 'node:fs/promises';
import { basename, dirname, join, relative } from 'node:path';
import { ModelsError } from './folder/models-error.ts';

/** A graph and the files with its weights, absolute. */
export interface GraphFiles {
  readonly graph: string;
  readonly externalData: readonly string[];
}

/**
 * Gives a graph of the hub's cache a folder without symbolic links, made of hard links: onnxruntime refuses weights that really lie
 * outside of the graph's folder, as all files of the cache do. Graphs that lie elsewhere stay where they are.
 *
 * @throws ModelsError `CACHE_FAILED` if the file system has no hard links.
 */
export async function toGraphFolder(files: GraphFiles): Promise<GraphFiles> {
  const folder = dirname(files.graph);
  const repository = /^(.*[\\/]models--[^\\/]+)[\\/]snapshots[\\/]/.exec(folder)?.[1];
  if (repository === undefined) return files;
  const all = [files.graph, ...files.externalData];
  const targets = await Promise.all(all.map((file) => realpath(file)));
  const realFolder = await realpath(folder);
  if (targets.every((target, index) => target === join(realFolder, relative(folder, all[index]!))))
    return files;
  const name = createHash('sha256').update(JSON.stringify(targets)).digest('hex').slice(0, 32);
  const linked = join(repository, GRAPH_FOLDERS, name);
  const toLinked = (file: string) => join(linked, relative(folder, file));
  for (const [index, file] of all.entries()) await linkTo(targets[index]!, toLinked(file));
  return { graph: toLinked(files.graph), externalData: files.externalData.map(toLinked) };
}

/** Where these folders are, below a repository's folder in the cache. */
export const GRAPH_FOLDERS = join('.beltline', 'graphs');

/** Several processes may do this at once, and a blob may have been fetched again since it was linked. */
async function linkTo(target: string, path: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  if (await isSame(target, path)) return;
  await rm(path, { force: true });
  try {
    await link(target, path);
  } catch (cause) {
    if (await isSame(target, path)) return;
    const reason = `${basename(path)} cannot be linked to ${path}: ${(cause as Error).message}`;
    throw new ModelsError('CACHE_FAILED', path, `${reason}; HF_HOME puts the cache elsewhere`, { cause });
  }
}

async function isSame(first: string, second: string): Promise<boolean> {
  const [one, other] = await Promise.all([stat(first), stat(second).catch(() => undefined)]);
  return one.ino === other?.ino && one.dev === other.dev;
}
