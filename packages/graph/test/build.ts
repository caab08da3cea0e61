import {
  type BuildBeltGraphOptions,
  buildBeltGraph,
  inlineWeights,
  type ModelConfig,
  parseModelConfig,
  randomCheckpoint,
} from '../src/index.ts';
import { openCheckpointFolder } from '../src/node/index.ts';
import { type BeltSession, openBeltSession } from './belt-session.ts';
import { tinyConfig } from './configs.ts';

/** One file with everything in it. */
export async function buildBytes(options: Omit<BuildBeltGraphOptions, 'weights'>): Promise<Uint8Array> {
  const graph = await buildBeltGraph({ ...options, weights: inlineWeights() });
  return Buffer.concat(graph.parts);
}

/** Opens a graph that is built from a checkpoint folder. */
export async function openFolder(
  folder: string,
  capacity: number,
  precision: BuildBeltGraphOptions['precision'] = 'fp32',
): Promise<BeltSession> {
  const checkpoint = await openCheckpointFolder(folder);
  const bytes = await buildBytes({ config: checkpoint.config, tensors: checkpoint.tensors, precision });
  await checkpoint.close();
  return openBeltSession(bytes, capacity);
}

/** A tiny random model; `changes` vary its config. */
export function tinyModel(changes: Readonly<Record<string, unknown>> = {}) {
  const config: ModelConfig = parseModelConfig(tinyConfig(changes));
  return { config, tensors: randomCheckpoint(config, 11) };
}
