import { dirname } from 'node:path';
import type { LanguageModel } from '@beltline/backend';
import { patchGraphFile } from '@beltline/graph/node';
import type { ModelFiles } from '@beltline/models';
import { createOnnxNodeModel } from '@beltline/onnx-node';
import type { Runtime } from './open-model.ts';

/**
 * Opens a graph of another exporter: patched in memory, its weights mapped from where they lie.
 *
 * @param graph absolute path of the `.onnx` file.
 */
export async function openExportedGraph(
  graph: string,
  { config, generationConfig }: Pick<ModelFiles, 'config' | 'generationConfig'>,
  { signal, runtime }: { readonly signal: AbortSignal | undefined; readonly runtime: Runtime },
): Promise<LanguageModel> {
  // Beside onnxruntime-genai's graphs, genai_config.json is read in the place of generation_config.json.
  const patched = await patchGraphFile(graph, {
    config: config ?? generationConfig,
    ...(signal && { signal }),
  });
  return createOnnxNodeModel({
    graph: Buffer.concat(patched.parts),
    externalFolder: dirname(graph),
    ...runtime,
  });
}
