import type { BlockFormat, QuantizedRows } from './quantize.ts';

/** Element types of checkpoints, as safetensors spells them. */
export type TensorElement = 'F32' | 'F16' | 'BF16';

export interface TensorDescription {
  /** The stored element type; other than {@link TensorElement} it cannot be read. */
  readonly element: string;
  readonly shape: readonly number[];
  /** Present where `readBlocks` gives this matrix as it is stored; a graph then takes it so, whatever its precision but w8a8. */
  readonly blocks?: BlockFormat;
}

/** Named weights that can be read a few rows at a time, so that no tensor need be in memory as a whole. */
export interface TensorSource {
  readonly tensors: ReadonlyMap<string, TensorDescription>;
  /**
   * Rows `[first, end)` along the first axis, row-major, as float32.
   *
   * @throws {GraphError} `INVALID_CHECKPOINT` when its elements are no floats; RangeError when there is no such tensor or row.
   */
  readRows(name: string, first: number, end: number): Promise<Float32Array>;
  /** Rows `[first, end)` of a matrix that has `blocks`. */
  readBlocks?(name: string, first: number, end: number): Promise<QuantizedRows>;
}

/** The sources as one; a name that several have is read from the last. */
export function joinTensorSources(sources: readonly TensorSource[]): TensorSource {
  const owners = new Map<string, TensorSource>();
  const tensors = new Map<string, TensorDescription>();
  for (const source of sources) {
    for (const [name, description] of source.tensors) {
      owners.set(name, source);
      tensors.set(name, description);
    }
  }
  const ownerOf = (name: string): TensorSource => {
    const owner = owners.get(name);
    if (owner === undefined) throw new RangeError(`There is no tensor named ${name}.`);
    return owner;
  };
  return {
    tensors,
    readRows: async (name, first, end) => ownerOf(name).readRows(name, first, end),
    readBlocks: async (name, first, end) => ownerOf(name).readBlocks!(name, first, end),
  };
}
