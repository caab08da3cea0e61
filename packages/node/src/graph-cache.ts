import { createHash, randomUUID } from 'node:crypto';
import { rename, rm, stat } from 'node:fs/promises';
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

/** Path of a model's belt-ready graph, built on the first call; a changed model is built anew. */
export async function cachedGraph(options: GraphCacheOptions): Promise<string> {
  const { cacheFolder, build } = options;
  const entry = join(cacheFolder, 'graphs', await fingerprint(options));
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
  return graph;
}

/** Names a build by what it depends on; sizes and times stand for the contents, which may be gigabytes. */
async function fingerprint({ identity, files }: GraphCacheOptions): Promise<string> {
  const hash = createHash('sha256').update(JSON.stringify([identity, beltContractVersion]));
  for (const file of files) {
    const { size, mtimeMs } = await stat(file);
    hash.update(JSON.stringify([file, size, mtimeMs]));
  }
  return hash.digest('hex').slice(0, 32);
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}
