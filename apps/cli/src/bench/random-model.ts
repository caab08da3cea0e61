import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { LanguageModel } from '@beltline/backend';
import { type ModelConfig, type Precision, randomCheckpoint } from '@beltline/graph';
import { writeGraphFiles } from '@beltline/graph/node';
import type { LoadProgress } from '@beltline/node';
import { createOnnxNodeModel } from '@beltline/onnx-node';

export interface RandomModelOptions {
  readonly config: ModelConfig;
  readonly precision: Precision;
  readonly threads?: number | undefined;
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: LoadProgress) => void;
}

/**
 * A model of some shape whose weights are random: as fast as any of that shape.
 *
 * Its graph is built anew each time, in a temporary folder that goes with the model: one from before could be that of an older
 * builder, and a benchmark must not measure the past.
 */
export async function openRandomModel(options: RandomModelOptions): Promise<LanguageModel> {
  const { config, precision, threads, signal, onProgress } = options;
  const folder = await mkdtemp(join(tmpdir(), 'beltline-bench-'));
  const remove = () => rm(folder, { recursive: true, force: true });
  try {
    await writeGraphFiles(folder, {
      config,
      tensors: randomCheckpoint(config, 1),
      precision,
      ...(signal && { signal }),
      ...(onProgress && { onProgress: (progress) => onProgress({ phase: 'build', ...progress }) }),
    });
    const graph = join(folder, 'model.onnx');
    const model = await createOnnxNodeModel({ graph, ...(threads !== undefined && { threads }) });
    return { ...model, dispose: () => model.dispose().finally(remove) };
  } catch (error) {
    await remove();
    throw error;
  }
}
