import { createHash, randomUUID } from 'node:crypto';
import { readdir, rename, rm, stat } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { beltContractVersion } from '@beltline/graph';

export interface GraphCacheOptions {
  /** What the graph depends on beside `files`, as JSON: the model's path, the precision. */
  readonly identity: unknown;
  /** Absolute paths of the files that it is built from. */
  readonly files: readonly string[];
  /** Folder that holds all built graphs. */
  readonly cacheFolder: string;
  /** Builds `model.onnx`, and what belongs to it, into a new folder. */
  readonly build: (output: string) => Promise<unknown>;
}

/** Where built graphs are kept: `BELTLINE_CACHE`, or `beltline` in the user's cache folder. */
export function defaultCacheFolder(environment: NodeJS.ProcessEnv = process.env): string {
  const { BELTLINE_CACHE, XDG_CACHE_HOME } = environment;
  return BELTLINE_CACHE || join(XDG_CACHE_HOME || join(homedir(), '.cache'), 'beltline');
}

/** Path of a model's belt-ready graph, built on the first call; that of a changed model takes the place of the one before. */
export async function cachedGraph(options: GraphCacheOptions): Promise<string> {
  const { cacheFolder, build } = options;
  const folder = join(cacheFolder, 'graphs');
  const model = hashOf([options.identity, beltContractVersion]);
  const name = `${model}-${await stateOf(options.files)}`;
  const entry = join(folder, name);
  const graph = join(entry, 'model.onnx');
  if (await exists(graph)) return graph;
  // The entry appears complete or not at all, however many processes build it at once.
  const unfinished = `${entry}.${randomUUID()}.part`;
  try {
    await build(unfinished);
    await rename(unfinished, entry);
  } catch (error) {
    await rm(unfinished, { recursive: true, force: true });
    // Another build of the same was quicker: its entry is as good.
    if (!(await exists(graph))) throw error;
  }
  await removeFormer(folder, model, name);
  return graph;
}

/** An unfinished build of this age is nobody's any more, in ms. */
const longestBuild = 24 * 60 * 60 * 1000;

/** Removes what was built of earlier states of a model; where a file is in use and cannot go, it stays until the next time. */
async function removeFormer(folder: string, model: string, current: string): Promise<void> {
  for (const name of await readdir(folder)) {
    if (!name.startsWith(`${model}-`) || name === current) continue;
    const path = join(folder, name);
    const isOld = !name.endsWith('.part') || (await isOlder(path, longestBuild));
    if (isOld) await rm(path, { recursive: true, force: true }).catch(() => {});
  }
}

async function isOlder(path: string, age: number): Promise<boolean> {
  return stat(path).then(
    ({ mtimeMs }) => Date.now() - mtimeMs > age,
    () => false,
  );
}

/** What a model's files are like; sizes and times stand for the contents, which may be gigabytes. */
async function stateOf(files: readonly string[]): Promise<string> {
  const stats = await Promise.all(files.map((file) => stat(file)));
  return hashOf(files.map((file, index) => [file, stats[index]!.size, stats[index]!.mtimeMs]));
}

function hashOf(value: unknown): string {
  return createHash('sha256').update(JSON.stringify(value)).digest('hex').slice(0, 24);
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}
