import { createHash, randomUUID } from 'node:crypto';
import { readdir, rename, rm, stat } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { type BuildProgress, beltContractVersion, type Precision } from '@beltline/graph';
import { buildGraphFile } from '@beltline/graph/node';

export interface GraphCacheOptions {
  /** Absolute path of the checkpoint's folder. */
  readonly folder: string;
  readonly precision: Precision;
  /** Folder that holds all built graphs. */
  readonly cacheFolder: string;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((progress: BuildProgress) => void) | undefined;
}

/** Where built graphs are kept: `BELTLINE_CACHE`, or `beltline` in the user's cache folder. */
export function defaultCacheFolder(environment: NodeJS.ProcessEnv = process.env): string {
  const { BELTLINE_CACHE, XDG_CACHE_HOME } = environment;
  return BELTLINE_CACHE || join(XDG_CACHE_HOME || join(homedir(), '.cache'), 'beltline');
}

/** Path of the checkpoint's belt-ready graph, built on the first call; a changed checkpoint is built anew. */
export async function cachedGraph(options: GraphCacheOptions): Promise<string> {
  const { folder, precision, cacheFolder, signal, onProgress } = options;
  const entry = join(cacheFolder, 'graphs', await fingerprint(folder, precision));
  const graph = join(entry, 'model.onnx');
  if (await exists(graph)) return graph;
  // The entry appears complete or not at all, however many processes build it at once.
  const unfinished = `${entry}.${randomUUID()}.part`;
  try {
    await buildGraphFile({
      folder,
      output: unfinished,
      precision,
      ...(signal && { signal }),
      ...(onProgress && { onProgress }),
    });
    await rename(unfinished, entry);
  } catch (error) {
    await rm(unfinished, { recursive: true, force: true });
    // Another build of the same was quicker: its entry is as good.
    if (!(await exists(graph))) throw error;
  }
  return graph;
}

/** Names a build by what it depends on; sizes and times stand for the contents, which may be gigabytes. */
async function fingerprint(folder: string, precision: Precision): Promise<string> {
  const hash = createHash('sha256').update(JSON.stringify([folder, precision, beltContractVersion]));
  for (const name of (await readdir(folder)).sort()) {
    if (!/^config\.json$|\.safetensors/.test(name)) continue;
    const { size, mtimeMs } = await stat(join(folder, name));
    hash.update(JSON.stringify([name, size, mtimeMs]));
  }
  return hash.digest('hex').slice(0, 32);
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}
