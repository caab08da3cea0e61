import { readdir, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { BackendError, type LanguageModel } from '@beltline/backend';
import type { BuildProgress } from '@beltline/graph';
import type { ModelFiles } from '@beltline/models';
import {
  createOnnxNodeModel,
  importOnnxRuntime,
  type OnnxNodeModelOptions,
  type OnnxRuntime,
} from '@beltline/onnx-node';
import { type Building, buildGraphOfCheckpoint } from './built-graph.ts';
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
      requireNothingToBuild(files, options);
      return createOnnxNodeModel({ graph: weights.graph, ...runtime });
    case 'checkpoint':
      return openBuilt(await buildsOfCheckpoint(files.folder, options), runtime);
    case 'gguf':
      return openBuilt(buildsOfGguf(weights.file, options), runtime);
    case 'exported-graph':
      return openExportedGraph(weights.graph, files, { precision, signal, runtime });
    default:
      return weights satisfies never;
  }
}

/** The graphs that a model is run on: one, or beside it that of wide passes. */
type GraphBuilds = readonly [GraphCacheOptions, GraphCacheOptions?];

async function buildsOfCheckpoint(folder: string, options: LoadOptions): Promise<GraphBuilds> {
  const { precision = 'int4' } = options;
  const names = (await readdir(folder)).filter((name) => /^config\.json$|\.safetensors/.test(name)).sort();
  return graphBuilds(options, {
    identity: [folder, precision],
    files: names.map((name) => join(folder, name)),
    build: (output, building) => buildGraphOfCheckpoint(folder, output, { precision, ...building }),
  });
}

function buildsOfGguf(file: string, options: LoadOptions): GraphBuilds {
  const { precision } = options;
  return graphBuilds(options, {
    identity: [file, precision ?? 'as stored'],
    files: [file],
    build: (output, building) => buildGraphOfGguf(file, output, { precision, ...building }),
  });
}

interface ModelBuild extends Pick<GraphCacheOptions, 'files'> {
  readonly identity: readonly string[];
  readonly build: (output: string, building: Building) => Promise<unknown>;
}

function graphBuilds(
  { wide = false, cacheFolder = defaultCacheFolder(), signal, onProgress }: LoadOptions,
  { identity, files, build }: ModelBuild,
): GraphBuilds {
  const building = {
    ...(signal && { signal }),
    onProgress: (progress: BuildProgress) => onProgress?.({ phase: 'build', ...progress }),
  };
  const graph = (isWide: boolean): GraphCacheOptions => ({
    identity: isWide ? [...identity, 'wide'] : identity,
    files,
    cacheFolder,
    build: (output) => build(output, { wide: isWide, ...building }),
  });
  return wide ? [graph(false), graph(true)] : [graph(false)];
}

/** Builds the model's graphs, or finds them in the cache. */
async function openBuilt(builds: GraphBuilds, runtime: Runtime): Promise<LanguageModel> {
  const graphs = await cachedGraphs(builds);
  try {
    return await createOnnxNodeModel({ ...graphs, ...runtime });
  } catch (error) {
    if (!(error instanceof BackendError && error.code === 'LOAD_FAILED')) throw error;
    // Where the runtime is what cannot be loaded, the graph is not to blame.
    if (runtime.onnxruntime === undefined) await importOnnxRuntime();
    // A damaged cache entry is no fault of the model: build it once more.
    for (const graph of Object.values(graphs)) {
      if (!(await loads({ graph, ...runtime }))) await rm(dirname(graph), { recursive: true, force: true });
    }
    return createOnnxNodeModel({ ...(await cachedGraphs(builds)), ...runtime });
  }
}

async function loads(options: OnnxNodeModelOptions): Promise<boolean> {
  return createOnnxNodeModel(options).then(
    (model) => model.dispose().then(() => true),
    () => false,
  );
}

async function cachedGraphs([narrow, wide]: GraphBuilds): Promise<{ graph: string; wideGraph?: string }> {
  const graph = await cachedGraph(narrow);
  return wide === undefined ? { graph } : { graph, wideGraph: await cachedGraph(wide) };
}

function requireNothingToBuild({ name }: ModelFiles, { precision, wide }: LoadOptions): void {
  if (precision === undefined && !wide) return;
  const [what, option] =
    precision === undefined
      ? ['none is built beside it for wide passes', 'wide']
      : ['its precision cannot be chosen', precision];
  throw new BackendError(
    'UNSUPPORTED',
    `model "${name}" comes as a finished graph, so ${what}: leave out "${option}"`,
  );
}
