import { readFile } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { GgufError, readGgufCheckpoint, readGgufTokenizer } from '@beltline/gguf';
import { type BeltGraphInfo, GraphError, parseModelConfig } from '@beltline/graph';
import { inspectGraphFile } from '@beltline/graph/node';
import { type ModelFiles, resolveModel } from '@beltline/models';
import { withGguf } from './gguf-model.ts';
import type { LoadOptions } from './load-decoder.ts';
import { describePull } from './load-progress.ts';
import { cacheBytes, hasTemplate, type ModelReport, unknown } from './model-report.ts';

/**
 * Says what a model is and whether parallel mode can run it, without running it.
 *
 * @param source as for `loadDecoder`, or the path of an `.onnx` file; a model of the hub is downloaded.
 * @throws ModelsError where there is no such model, GraphError for a graph that is no ONNX file; an abort rejects with the
 * signal's reason.
 * @example
 * const { beltReady, reason } = await inspectModel('path/to/an/export');
 */
export async function inspectModel(
  source?: string,
  options: Pick<LoadOptions, 'precision' | 'signal' | 'onProgress'> = {},
): Promise<ModelReport> {
  const { signal, precision, onProgress } = options;
  if (source?.endsWith('.onnx')) return inspectLoneGraph(resolve(source), signal);
  const files = await resolveModel(source, {
    ...(signal && { signal }),
    ...(precision && { precision }),
    ...(onProgress && { onProgress: describePull(onProgress) }),
  });
  const { weights } = files;
  switch (weights.kind) {
    case 'belt-graph':
    case 'exported-graph':
      return inspectExport(weights.graph, signal, {
        ...{ name: files.name, kind: weights.kind, chatTemplate: hasTemplate(files) },
        config: files.config ?? files.generationConfig,
      });
    case 'checkpoint':
      return inspectCheckpoint(files);
    case 'gguf':
      return inspectGguf(files.name, weights.file, signal);
    default:
      return weights satisfies never;
  }
}

/** A graph by itself; config.json may lie beside it or, as on the hub, in the folder above. */
async function inspectLoneGraph(graph: string, signal: AbortSignal | undefined): Promise<ModelReport> {
  const folder = dirname(graph);
  const [config, above, genai] = await Promise.all([
    readConfig(join(folder, 'config.json')),
    readConfig(join(folder, '..', 'config.json')),
    readConfig(join(folder, 'genai_config.json')),
  ]);
  return inspectExport(graph, signal, {
    ...{ name: basename(graph), kind: 'exported-graph', chatTemplate: undefined },
    config: config ?? genai?.model ?? above,
  });
}

/** Undefined where there is none that can be read: a graph says most by itself. */
async function readConfig(path: string): Promise<{ readonly model?: unknown } | undefined> {
  try {
    return JSON.parse(await readFile(path, 'utf8')) ?? undefined;
  } catch {
    return undefined;
  }
}

interface AboutGraph extends Pick<ModelReport, 'name' | 'kind' | 'chatTemplate'> {
  readonly config: unknown;
}

async function inspectExport(
  path: string,
  signal: AbortSignal | undefined,
  { config, ...about }: AboutGraph,
): Promise<ModelReport> {
  const report = await inspectGraphFile(path, { config, ...(signal && { signal }) });
  const { info, inputs, obstacle, producer } = report;
  const by = producer === undefined ? 'another exporter' : producer;
  return {
    ...unknown,
    ...about,
    ...(info && describeInfo(info)),
    ...(report.readiness === 'ready' ? { kind: 'belt-graph' } : {}),
    ...{ path, inputs },
    beltReady: report.readiness !== 'unsupported',
    reason:
      obstacle?.message ??
      (report.readiness === 'ready'
        ? 'It was made for this.'
        : `A graph by ${by}: its attention is replaced in memory when it is loaded, its weights stay as they are.`),
    obstacle: obstacle?.subject,
  };
}

function describeInfo(info: BeltGraphInfo) {
  const { architecture, precision, layers, vocabularySize, contextLength } = info;
  return { architecture, precision, layers, vocabularySize, contextLength, cacheBytes: cacheBytes(info) };
}

function inspectCheckpoint(files: ModelFiles): ModelReport {
  const about = {
    ...unknown,
    ...{
      name: files.name,
      kind: 'checkpoint' as const,
      path: files.folder,
      chatTemplate: hasTemplate(files),
    },
  } as const;
  const fields = files.config as { torch_dtype?: string; dtype?: string; model_type?: string } | undefined;
  const precision = fields?.dtype ?? fields?.torch_dtype;
  try {
    const config = parseModelConfig(files.config);
    const { architecture, layers, vocabularySize, contextLength } = config;
    return {
      ...about,
      ...{ architecture, precision, layers, vocabularySize, contextLength, cacheBytes: cacheBytes(config) },
      ...{ beltReady: true, reason: 'A checkpoint: its graph is built when it is first loaded.' },
    };
  } catch (error) {
    if (!(error instanceof GraphError)) throw error;
    const architecture = fields?.model_type;
    return {
      ...about,
      architecture,
      precision,
      beltReady: false,
      reason: error.message,
      obstacle: error.subject,
    };
  }
}

async function inspectGguf(
  name: string,
  path: string,
  signal: AbortSignal | undefined,
): Promise<ModelReport> {
  return withGguf(path, signal, async (file) => {
    const architecture = file.metadata.get('general.architecture');
    const about = {
      ...unknown,
      ...{ name, kind: 'gguf' as const, path, chatTemplate: file.metadata.has('tokenizer.chat_template') },
      ...(typeof architecture === 'string' ? { architecture } : {}),
    } as const;
    try {
      const { config, precision } = await readGgufCheckpoint(file);
      readGgufTokenizer(file);
      const { layers, vocabularySize, contextLength } = config;
      return {
        ...about,
        ...{ precision, layers, vocabularySize, contextLength, cacheBytes: cacheBytes(config) },
        ...{ beltReady: true, reason: 'A GGUF file: its graph is built when it is first loaded.' },
      };
    } catch (error) {
      if (!(error instanceof GgufError)) throw error;
      return { ...about, beltReady: false, reason: error.message, obstacle: error.subject };
    }
  });
}
