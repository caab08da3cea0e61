import type { ModelConfig, Precision, TensorDescription, TensorSource } from '@beltline/graph';
import type { GgufTensor } from './header.ts';
import { readModelConfig } from './model-config.ts';
import type { GgufFile } from './open-gguf.ts';
import { rowLayout } from './row-layout.ts';
import { inCheckpointOrder, type ReadRows } from './row-order.ts';
import { checkpointName, isRotary } from './tensor-names.ts';
import { rowBlocks, rowValues } from './tensor-rows.ts';

/** A GGUF file as `buildBeltGraph` of `@beltline/graph` takes it. */
export interface GgufCheckpoint {
  readonly config: ModelConfig;
  /** Under the names of a Hugging Face checkpoint, and with its row order. */
  readonly tensors: TensorSource;
  /** What matrices become that do not keep their blocks. */
  readonly precision: Precision;
}

export interface GgufCheckpointOptions {
  /**
   * Default: quantized matrices keep their blocks, exactly, and matrices of floats become int4, or int8 where most of the
   * layers is in blocks of 8 bits. `fp32` makes everything float32, `w8a8` quantizes everything anew; `int8` is the default but for matrices of floats; `int4` is the default
   * for files whose layers have 4 bits for the most part, and quantizes all matrices of others anew.
   */
  readonly precision?: Precision;
}

/**
 * Reads a GGUF file of architecture llama, qwen2 or qwen3 as a checkpoint.
 *
 * @throws {GgufError} `INVALID_METADATA`, `UNSUPPORTED_MODEL`.
 * @example
 * const { config, tensors, precision } = await readGgufCheckpoint(await openGguf(source));
 * const graph = await buildBeltGraph({ config, tensors, precision, weights: inlineWeights() });
 */
export async function readGgufCheckpoint(
  file: GgufFile,
  { precision }: GgufCheckpointOptions = {},
): Promise<GgufCheckpoint> {
  const config = await readModelConfig(file);
  const keepsBlocks =
    precision !== 'fp32' && precision !== 'w8a8' && (precision !== 'int4' || mainBits(file) === 4);
  return {
    config,
    tensors: tensorSource(file, config, keepsBlocks),
    precision: precision ?? defaultPrecision(file),
  };
}

function defaultPrecision(file: GgufFile): Precision {
  return mainBits(file) === 8 ? 'int8' : 'int4';
}

/** Bits of the blocks that most values of the layers are in; undefined where most are floats. */
function mainBits(file: GgufFile): 4 | 8 | undefined {
  const counts = new Map<4 | 8 | undefined, number>();
  for (const [name, { type, shape }] of file.tensors) {
    if (!name.startsWith('blk.') || shape.length < 2) continue;
    const bits = type?.values.kind === 'quantized' ? type.values.format.bits : undefined;
    counts.set(bits, (counts.get(bits) ?? 0) + shape.reduce((product, size) => product * size, 1));
  }
  return [...counts].sort(([, left], [, right]) => right - left)[0]?.[0];
}

function tensorSource(file: GgufFile, config: ModelConfig, keepsBlocks: boolean): TensorSource {
  const tensors = new Map<string, TensorDescription>();
  const storedNames = new Map<string, string>();
  for (const [storedName, tensor] of file.tensors) {
    if (isRotary(storedName)) continue;
    // Better now than in the middle of a build.
    rowLayout(storedName, tensor);
    const name = checkpointName(storedName);
    storedNames.set(name, storedName);
    tensors.set(name, describe(tensor, keepsBlocks));
  }
  const read = async (name: string, first: number, end: number): Promise<[string, Uint8Array]> => {
    const storedName = storedNames.get(name);
    if (storedName === undefined) throw new RangeError(`There is no tensor named ${name} in ${file.name}.`);
    const rows: ReadRows = (start, stop) => file.readRows(storedName, start, stop);
    const isInterleaved = config.architecture === 'llama' && /\.[qk]_proj\./.test(name);
    const ordered = isInterleaved ? inCheckpointOrder(rows, config.headSize) : rows;
    return [storedName, await ordered(first, end)];
  };
  return {
    tensors,
    readRows: async (name, first, end) => rowValues(file, ...(await read(name, first, end))),
    readBlocks: async (name, first, end) => rowBlocks(file, ...(await read(name, first, end))),
  };
}

function describe({ type, typeName, shape }: GgufTensor, keepsBlocks: boolean): TensorDescription {
  const description = { element: typeName, shape };
  const hasBlocks = keepsBlocks && shape.length === 2 && type?.values.kind === 'quantized';
  return hasBlocks ? { ...description, blocks: type.values.format } : description;
}
