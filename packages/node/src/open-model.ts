import { rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { BackendError, type LanguageModel } from '@beltline/backend';
import type { BuildProgress } from '@beltline/graph';
import type { ModelFiles } from '@beltline/models';
import { createOnnxNodeModel } from '@beltline/onnx-node';
import { cachedGraph, defaultCacheFolder } from './graph-cache.ts';
import type { LoadOptions } from './load-decoder.ts';

type Runtime = Pick<LoadOptions, 'threads'>;

/** Opens the weights of a model, whatever kind they are: each kind has its own function below. */
export async function openModel(files: ModelFiles, options: LoadOptions): Promise<LanguageModel> {
  const { weights } = files;
  const runtime: Runtime = options.threads === undefined ? {} : { threads: options.threads };
  switch (weights.kind) {
    case 'belt-graph':
      requireNoPrecision(files, options);
      return createOnnxNodeModel({ graph: weights.graph, ...runtime });
    case 'checkpoint':
      return openCheckpoint(files, options, runtime);
    case 'exported-graph':
    case 'gguf':
      throw new BackendError('UNSUPPORTED', `weights of the kind ${weights.kind} cannot be opened yet`);
    default:
      return weights satisfies never;
  }
}

/** Builds the checkpoint's graph, or finds it in the cache. */
async function openCheckpoint(
  files: ModelFiles,
  options: LoadOptions,
  runtime: Runtime,
): Promise<LanguageModel> {
  const build = {
    folder: files.folder,
    precision: options.precision ?? 'int4',
    cacheFolder: options.cacheFolder ?? defaultCacheFolder(),
    signal: options.signal,
    onProgress: (progress: BuildProgress) => options.onProgress?.({ phase: 'build', ...progress }),
  };
  const graph = await cachedGraph(build);
  try {
    return await createOnnxNodeModel({ graph, ...runtime });
  } catch (error) {
    if (!(error instanceof BackendError)) throw error;
    // A damaged cache entry is no fault of the checkpoint: build it once more.
    await rm(dirname(graph), { recursive: true, force: true });
    return createOnnxNodeModel({ graph: await cachedGraph(build), ...runtime });
  }
}

function requireNoPrecision({ name }: ModelFiles, { precision }: LoadOptions): void {
  if (precision === undefined) return;
  throw new BackendError(
    'UNSUPPORTED',
    `model "${name}" comes as a finished graph, so its precision cannot be chosen: leave out "${precision}"`,
  );
}
