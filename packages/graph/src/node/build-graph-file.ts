import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { BeltGraphInfo } from '../belt-graph-info.ts';
import { type BuildBeltGraphOptions, buildBeltGraph } from '../build-belt-graph.ts';
import { externalWeights } from '../weight-sink.ts';
import { openCheckpointFolder } from './checkpoint-folder.ts';
import { createNewFile, writing } from './new-file.ts';

const modelName = 'model.onnx';
const dataName = 'model.onnx.data';

export interface BuildGraphFileOptions extends Omit<BuildBeltGraphOptions, 'config' | 'tensors' | 'weights'> {
  /** A Hugging Face folder. */
  readonly folder: string;
  /** The folder that gets `model.onnx` and `model.onnx.data`; made if need be. */
  readonly output: string;
}

/**
 * Builds a belt-ready graph from a Hugging Face folder into another; memory holds the largest weight
 * matrix at most, in w8a8 twice: as float32 and as codes.
 *
 * The files get their names only when both are complete: a failed or aborted build leaves what was there.
 *
 * @throws {GraphError} as {@link openCheckpointFolder} and `buildBeltGraph`, and `UNWRITABLE_FILE`; the signal's reason when aborted.
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
  await writing(output, mkdir(output, { recursive: true }));
  const modelPath = join(output, modelName);
  const data = await createNewFile(join(output, dataName));
  const model = await createNewFile(modelPath).catch(async (error: unknown) => {
    await data.discard();
    throw error;
  });
  try {
    const weights = externalWeights({ location: dataName, append: data.append });
    const graph = await buildBeltGraph({ ...options, weights });
    for (const part of graph.parts) await model.append(part);
    await data.close();
    await model.close();
    // An older model must never lie beside newer weights, whenever the process ends.
    await writing(modelPath, rm(modelPath, { force: true }));
    await data.publish();
    await model.publish();
    return graph.info;
  } finally {
    await data.discard();
    await model.discard();
  }
}
