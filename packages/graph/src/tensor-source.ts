/** Element types of checkpoints, as safetensors spells them. */
export type TensorElement = 'F32' | 'F16' | 'BF16';

export interface TensorDescription {
  /** The stored element type; other than {@link TensorElement} it cannot be read. */
  readonly element: string;
  readonly shape: readonly number[];
}

/** Named weights that can be read a few rows at a time, so that no tensor need be in memory as a whole. */
export interface TensorSource {
  readonly tensors: ReadonlyMap<string, TensorDescription>;
  /**
   * Rows `[first, end)` along the first axis, row-major, as float32.
   *
   * @throws {GraphError} `INVALID_CHECKPOINT` when there is no such tensor or its elements are no floats.
   */
  readRows(name: string, first: number, end: number): Promise<Float32Array>;
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
  return {
    tensors,
    async readRows(name, first, end) {
      const owner = owners.get(name);
      if (owner === undefined) throw new RangeError(`There is no tensor named ${name}.`);
      return owner.readRows(name, first, end);
    },
  };
}
