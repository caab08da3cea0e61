import { mkdir, open, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { BeltGraphInfo } from '../belt-graph-info.ts';
import { type BuildBeltGraphOptions, buildBeltGraph } from '../build-belt-graph.ts';
import { externalWeights } from '../weight-sink.ts';
import { openCheckpointFolder } from './checkpoint-folder.ts';

export interface BuildGraphFileOptions extends Omit<BuildBeltGraphOptions, 'config' | 'tensors' | 'weights'> {
  /** A Hugging Face folder. */
  readonly folder: string;
  /** The folder that gets `model.onnx` and `model.onnx.data`; made if need be. */
  readonly output: string;
}

/**
 * Builds a belt-ready graph from a Hugging Face folder into another; memory holds the largest weight matrix at most.
 *
 * The files get their names only when both are complete: a failed or aborted build leaves what was there.
 *
 * @throws {GraphError} as {@link openCheckpointFolder} and `buildBeltGraph`; the signal's reason when aborted.
 * @example
 * await buildGraphFile({ folder: 'SmolLM2-135M', output: 'belt', precision: 'int4' });
 */
export async function buildGraphFile(options: BuildGraphFileOptions): Promise<BeltGraphInfo> {
  const { folder, output, ...build } = options;
  const checkpoint = await openCheckpointFolder(folder);
  try {
    return await writeGraphFiles(output, {
      ...build,
      config: checkpoint.config,
      tensors: checkpoint.tensors,
    });
  } finally {
    await checkpoint.close();
  }
}

/** Builds into `model.onnx` and `model.onnx.data` of a folder; any tensor source will do. */
export async function writeGraphFiles(
  output: string,
  options: Omit<BuildBeltGraphOptions, 'weights'>,
): Promise<BeltGraphInfo> {
  await mkdir(output, { recursive: true });
  const model = join(output, 'model.onnx');
  const data = join(output, 'model.onnx.data');
  const unfinished = `.${process.pid}-${Date.now()}.part`;
  const dataFile = await open(data + unfinished, 'w');
  try {
    const append = async (bytes: Uint8Array): Promise<void> => {
      await dataFile.appendFile(bytes);
    };
    const graph = await buildBeltGraph({
      ...options,
      weights: externalWeights({ location: 'model.onnx.data', append }),
    });
    await dataFile.close();
    const modelFile = await open(model + unfinished, 'w');
    for (const part of graph.parts) await modelFile.appendFile(part);
    await modelFile.close();
    await rename(data + unfinished, data);
    await rename(model + unfinished, model);
    return graph.info;
  } catch (error) {
    await dataFile.close();
    await rm(data + unfinished, { force: true });
    await rm(model + unfinished, { force: true });
    throw error;
  }
}
