import { GgufError, readGgufCheckpoint, readGgufTokenizer } from '@beltline/gguf';
import { GraphError, parseModelConfig } from '@beltline/graph';
import { inspectGraphFile } from '@beltline/graph/node';
import { type ModelFiles, resolveModel } from '@beltline/models';
import { withGguf } from './gguf-model.ts';
import type { LoadOptions } from './load-decoder.ts';
import { describePull } from './load-progress.ts';
import { cacheBytes, hasTemplate, type ModelReport, unknown } from './model-report.ts';

/**
 * Says what a model is and whether parallel mode can run it, without running it.
 *
 * @param source as for `loadDecoder`; a model of the hub is downloaded.
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
  const files = await resolveModel(source, {
    ...(signal && { signal }),
    ...(precision && { precision }),
    ...(onProgress && { onProgress: describePull(onProgress) }),
  });
  const { weights } = files;
  switch (weights.kind) {
    case 'belt-graph':
    case 'exported-graph':
      return inspectExport(files, weights.graph, signal);
    case 'checkpoint':
      return inspectCheckpoint(files);
    case 'gguf':
      return inspectGguf(files.name, weights.file, signal);
    default:
      return weights satisfies never;
  }
}

async function inspectExport(
  files: ModelFiles,
  graph: string,
  signal: AbortSignal | undefined,
): Promise<ModelReport> {
  const { name, config, generationConfig, weights } = files;
  const report = await inspectGraphFile(graph, {
    config: config ?? generationConfig,
    ...(signal && { signal }),
  });
  const { info, inputs, obstacle, producer } = report;
  const by = producer === undefined ? 'another exporter' : producer;
  return {
    ...unknown,
    ...(info && { ...info, cacheBytes: cacheBytes(info) }),
    ...{ name, kind: weights.kind, path: graph, inputs, chatTemplate: hasTemplate(files) },
    beltReady: report.readiness !== 'unsupported',
    reason:
      obstacle?.message ??
      (report.readiness === 'ready'
        ? 'It was made for this.'
        : `A graph by ${by}: its attention is replaced in memory when it is loaded, its weights stay as they are.`),
    obstacle: obstacle?.subject,
  };
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
