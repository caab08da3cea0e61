import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { LanguageModel } from '@beltline/backend';
import {
  type ModelConfig,
  type Precision,
  randomCheckpoint,
  roundedTensors,
  type TensorSource,
} from '@beltline/graph';
import { writeGraphFiles } from '@beltline/graph/node';
import type { LoadProgress } from '@beltline/node';
import { createOnnxNodeModel } from '@beltline/onnx-node';
import { CliError } from '../errors.ts';

export interface RandomModelOptions {
  readonly config: ModelConfig;
  readonly precision: Precision;
  /** Whether wide passes run on a second graph, as `loadDecoder` of `@beltline/node` does it. */
  readonly wide?: boolean | undefined;
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
  const { config, precision, wide = false, threads, signal, onProgress } = options;
  if (wide && precision === 'w8a8') throw new CliError('USAGE', 'all passes run in w8a8: leave out --wide');
  const folder = await mkdtemp(join(tmpdir(), 'beltline-bench-'));
  const remove = () => rm(folder, { recursive: true, force: true });
  const tensors = randomCheckpoint(config, 1);
  const build = async (name: string, weights: { tensors: TensorSource; precision: Precision }) => {
    const output = join(folder, name);
    await writeGraphFiles(output, {
      config,
      ...weights,
      ...(signal && { signal }),
      ...(onProgress && { onProgress: (progress) => onProgress({ phase: 'build', ...progress }) }),
    });
    return join(output, 'model.onnx');
  };
  try {
    const graph = await build('narrow', { tensors, precision });
    const rounded = roundedTensors(tensors, precision);
    const wideGraph = wide ? await build('wide', { tensors: rounded, precision: 'w8a8' }) : undefined;
    const model = await createOnnxNodeModel({
      graph,
      ...(wideGraph !== undefined && { wideGraph }),
      ...(threads !== undefined && { threads }),
    });
    return { ...model, dispose: () => model.dispose().finally(remove) };
  } catch (error) {
    await remove();
    throw error;
  }
}
