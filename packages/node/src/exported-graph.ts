import { dirname } from 'node:path';
import { BackendError, type LanguageModel } from '@beltline/backend';
import type { Precision } from '@beltline/graph';
import { patchGraphFile } from '@beltline/graph/node';
import type { ModelFiles } from '@beltline/models';
import { createOnnxNodeModel } from '@beltline/onnx-node';
import type { Runtime } from './open-model.ts';

export interface ExportedGraphOptions {
  /** What the caller asked for, which must be what the graph has. */
  readonly precision: Precision | undefined;
  readonly signal: AbortSignal | undefined;
  readonly runtime: Runtime;
}

/**
 * Opens a graph of another exporter: patched in memory, its weights mapped from where they lie.
 *
 * @param graph absolute path of the `.onnx` file.
 * @throws BackendError `UNSUPPORTED` where it is of another precision than was asked for.
 */
export async function openExportedGraph(
  graph: string,
  { config, generationConfig }: Pick<ModelFiles, 'config' | 'generationConfig'>,
  { precision, signal, runtime }: ExportedGraphOptions,
): Promise<LanguageModel> {
  // Beside onnxruntime-genai's graphs, genai_config.json is read in the place of generation_config.json.
  const patched = await patchGraphFile(graph, {
    config: config ?? generationConfig,
    ...(signal && { signal }),
  });
  const { precision: own } = patched.info;
  if (precision !== undefined && precision !== own) {
    const message = `${graph} is a finished graph in ${own}, which cannot be turned into ${precision}: leave the precision out`;
    throw new BackendError('UNSUPPORTED', message);
  }
  return createOnnxNodeModel({
    graph: Buffer.concat(patched.parts),
    externalFolder: dirname(graph),
    ...runtime,
  });
}
