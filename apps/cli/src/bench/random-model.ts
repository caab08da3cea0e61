import { randomUUID } from 'node:crypto';
import { access, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { LanguageModel } from '@beltline/backend';
import { beltContractVersion, type ModelConfig, type Precision, randomCheckpoint } from '@beltline/graph';
import { writeGraphFiles } from '@beltline/graph/node';
import type { LoadProgress } from '@beltline/node';
import { createOnnxNodeModel } from '@beltline/onnx-node';

export interface RandomModelOptions {
  readonly name: string;
  readonly config: ModelConfig;
  readonly precision: Precision;
  readonly threads?: number | undefined;
  /** Where the graph is kept for the next time. */
  readonly cacheFolder: string;
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: LoadProgress) => void;
}

/** A model of some shape whose weights are random: as fast as any of that shape. Its graph is built once. */
export async function openRandomModel(options: RandomModelOptions): Promise<LanguageModel> {
  const { name, precision, threads, cacheFolder, signal } = options;
  const folder = join(cacheFolder, 'random', `${name}-${precision}-${beltContractVersion}`);
  const graph = join(folder, 'model.onnx');
  if (!(await exists(graph))) await build(folder, options);
  signal?.throwIfAborted();
  return createOnnxNodeModel({ graph, ...(threads !== undefined && { threads }) });
}

/** The folder appears complete or not at all. */
async function build(
  folder: string,
  { config, precision, signal, onProgress }: RandomModelOptions,
): Promise<void> {
  const unfinished = `${folder}.${randomUUID()}.part`;
  try {
    await writeGraphFiles(unfinished, {
      config,
      tensors: randomCheckpoint(config, 1),
      precision,
      ...(signal && { signal }),
      ...(onProgress && { onProgress: (progress) => onProgress({ phase: 'build', ...progress }) }),
    });
    await rename(unfinished, folder);
  } catch (error) {
    await rm(unfinished, { recursive: true, force: true });
    // Another process was quicker: its graph is as good.
    if (!(await exists(join(folder, 'model.onnx')))) throw error;
  }
}

function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
