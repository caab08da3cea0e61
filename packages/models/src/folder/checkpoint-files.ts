import { CHECKPOINT_INDEX, type WeightFiles } from './choose-weights.ts';
import { type ModelFolder, readJson } from './model-folder.ts';

/** Names of the files with the weights; whether the index is complete is for those who read the tensors. */
export async function checkpointFiles(
  folder: ModelFolder,
  { file }: Extract<WeightFiles, { kind: 'checkpoint' }>,
): Promise<string[]> {
  if (file !== CHECKPOINT_INDEX) return [file];
  const index = (await readJson(folder, CHECKPOINT_INDEX)) as { weight_map?: object | null } | null;
  const shards = new Set(Object.values(index?.weight_map ?? {}));
  return [...shards].filter((name) => typeof name === 'string');
}
