import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { GraphError } from '../graph-error.ts';
import { type ModelConfig, parseModelConfig } from '../model-config.ts';
import { openSafetensors } from '../safetensors.ts';
import { joinTensorSources, type TensorSource } from '../tensor-source.ts';
import { type FileSource, openFileSource, unreadable } from './file-source.ts';

/** A Hugging Face folder whose weights are open for reading. */
export interface CheckpointFolder {
  readonly config: ModelConfig;
  readonly tensors: TensorSource;
  close(): Promise<void>;
}

const singleFile = 'model.safetensors';
const indexFile = 'model.safetensors.index.json';

/**
 * Opens a folder with `config.json` and `model.safetensors`, or the shards that `model.safetensors.index.json` names.
 *
 * @throws {GraphError} `UNREADABLE_FILE`, `INVALID_CONFIG`, `UNSUPPORTED_MODEL`, `INVALID_SAFETENSORS` or `INVALID_CHECKPOINT`.
 * @example
 * const checkpoint = await openCheckpointFolder('SmolLM2-135M');
 */
export async function openCheckpointFolder(folder: string): Promise<CheckpointFolder> {
  const config = parseModelConfig(await readJson(join(folder, 'config.json'), 'INVALID_CONFIG'));
  const files: FileSource[] = [];
  const close = async (): Promise<void> => {
    await Promise.all(files.map((file) => file.close()));
  };
  try {
    const sources: TensorSource[] = [];
    for (const name of await shardNames(folder)) {
      const file = await openFileSource(join(folder, name));
      files.push(file);
      sources.push(await openSafetensors(file));
    }
    return { config, tensors: joinTensorSources(sources), close };
  } catch (error) {
    await close();
    throw error;
  }
}

async function shardNames(folder: string): Promise<readonly string[]> {
  const path = join(folder, indexFile);
  let index: unknown;
  try {
    index = await readJson(path, 'INVALID_CHECKPOINT');
  } catch (error) {
    if (error instanceof GraphError && error.code === 'UNREADABLE_FILE') return [singleFile];
    throw error;
  }
  const shards = Object.values((index as { weight_map?: Record<string, unknown> } | null)?.weight_map ?? {});
  // A shard lies beside its index: a path that leads elsewhere is not followed.
  if (shards.length === 0 || shards.some((name) => typeof name !== 'string' || /[/\\]/.test(name))) {
    throw new GraphError('INVALID_CHECKPOINT', `Expected ${path} to name the shards in weight_map.`, {
      subject: path,
    });
  }
  return [...new Set(shards as string[])];
}

async function readJson(path: string, code: 'INVALID_CONFIG' | 'INVALID_CHECKPOINT'): Promise<unknown> {
  const text = await readFile(path, 'utf8').catch((cause: unknown) => {
    throw unreadable(path, cause);
  });
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new GraphError(code, `Expected ${path} to be JSON.`, { subject: path, cause });
  }
}
