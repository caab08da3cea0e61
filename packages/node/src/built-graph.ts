import {
  type BuildBeltGraphOptions,
  type ModelConfig,
  type Precision,
  roundedTensors,
  type TensorSource,
} from '@beltline/graph';
import { openCheckpointFolder, writeGraphFiles } from '@beltline/graph/node';

/** How one of a model's graphs is built. */
export interface Building extends Pick<BuildBeltGraphOptions, 'signal' | 'onProgress'> {
  /** Whether it is the graph of wide passes: in w8a8, of the values that the weights have in the model's precision. */
  readonly wide: boolean;
}

/** A model's weights, and the precision that they get. */
export interface Weights {
  readonly config: ModelConfig;
  readonly tensors: TensorSource;
  readonly precision: Precision;
}

/** Builds the graph of a checkpoint into the folder `output`. */
export async function buildGraphOfCheckpoint(
  folder: string,
  output: string,
  { precision, ...building }: Building & { readonly precision: Precision },
): Promise<void> {
  const checkpoint = await openCheckpointFolder(folder);
  try {
    await buildGraph(output, { ...checkpoint, precision }, building);
  } finally {
    await checkpoint.close();
  }
}

/** Builds a graph into the folder `output`. */
export async function buildGraph(
  output: string,
  { config, tensors, precision }: Weights,
  { wide, ...watch }: Building,
): Promise<void> {
  const weights = wide
    ? { tensors: roundedTensors(tensors, precision), precision: 'w8a8' as const }
    : { tensors, precision };
  await writeGraphFiles(output, { config, ...weights, ...watch });
}
