import { readdir, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { BackendError, type LanguageModel } from '@beltline/backend';
import type { BuildProgress } from '@beltline/graph';
import { buildGraphFile } from '@beltline/graph/node';
import type { ModelFiles } from '@beltline/models';
import { createOnnxNodeModel, importOnnxRuntime, type OnnxRuntime } from '@beltline/onnx-node';
import { openExportedGraph } from './exported-graph.ts';
import { buildGraphOfGguf } from './gguf-model.ts';
import { cachedGraph, defaultCacheFolder, type GraphCacheOptions } from './graph-cache.ts';
import type { LoadOptions } from './load-decoder.ts';

export interface OpenOptions extends LoadOptions {
  /** Default: the installed one. */
  readonly onnxruntime?: OnnxRuntime | undefined;
}

/** What runs a graph. */
export interface Runtime {
  readonly threads?: number;
  readonly onnxruntime?: OnnxRuntime;
}

/** Opens the weights of a model, whatever kind they are: each kind has its own function below. */
export async function openModel(files: ModelFiles, options: OpenOptions): Promise<LanguageModel> {
  const { weights } = files;
  const { threads, onnxruntime, precision, signal } = options;
  const runtime: Runtime = { ...(threads !== undefined && { threads }), ...(onnxruntime && { onnxruntime }) };
  switch (weights.kind) {
    case 'belt-graph':
      requireNoPrecision(files, options);
      return createOnnxNodeModel({ graph: weights.graph, ...runtime });
    case 'checkpoint':
      return openBuilt(await checkpointBuild(files.folder, options), runtime);
    case 'gguf':
      return openBuilt(ggufBuild(weights.file, options), runtime);
    case 'exported-graph':
      return openExportedGraph(weights.graph, files, { precision, signal, runtime });
    default:
      return weights satisfies never;
  }
}

async function checkpointBuild(folder: string, options: LoadOptions): Promise<GraphCacheOptions> {
  const { precision = 'int4', signal } = options;
  const names = (await readdir(folder)).filter((name) => /^config\.json$|\.safetensors/.test(name)).sort();
  return {
    identity: [folder, precision],
    files: names.map((name) => join(folder, name)),
    cacheFolder: options.cacheFolder ?? defaultCacheFolder(),
    build: (output) =>
      buildGraphFile({ folder, output, precision, onProgress: building(options), ...(signal && { signal }) }),
  };
}

function ggufBuild(file: string, options: LoadOptions): GraphCacheOptions {
  const { precision, signal } = options;
  return {
    identity: [file, precision ?? 'as stored'],
    files: [file],
    cacheFolder: options.cacheFolder ?? defaultCacheFolder(),
    build: (output) => buildGraphOfGguf(file, output, { precision, signal, onProgress: building(options) }),
  };
}

function building({ onProgress }: LoadOptions): (progress: BuildProgress) => void {
  return (progress) => onProgress?.({ phase: 'build', ...progress });
}

/** Builds the model's graph, or finds it in the cache. */
async function openBuilt(build: GraphCacheOptions, runtime: Runtime): Promise<LanguageModel> {
  const graph = await cachedGraph(build);
  try {
    return await createOnnxNodeModel({ graph, ...runtime });
  } catch (error) {
    if (!(error instanceof BackendError && error.code === 'LOAD_FAILED')) throw error;
    // Where the runtime is what cannot be loaded, the graph is not to blame.
    if (runtime.onnxruntime === undefined) await importOnnxRuntime();
    // A damaged cache entry is no fault of the model: build it once more.
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
