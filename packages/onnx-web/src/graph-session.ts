/** A tensor that goes into a graph. */
export type FeedTensor =
  | { readonly type: 'float32'; readonly data: Float32Array; readonly dims: readonly number[] }
  | { readonly type: 'int32'; readonly data: Int32Array; readonly dims: readonly number[] }
  | { readonly type: 'int64'; readonly data: BigInt64Array; readonly dims: readonly number[] };

/** A loaded graph whose inputs and outputs lie in memory that JavaScript reads and writes. */
export interface GraphSession {
  /** Makes floats, all 0, for inputs that stay the same from run to run. @throws Error if memory is short. */
  allocate(length: number): Float32Array;
  /** Gives back what `allocate` made. */
  free(floats: Float32Array): void;
  /** Runs the graph and returns copies of all outputs, which are float32, by name. */
  run(feeds: Readonly<Record<string, FeedTensor>>): Promise<Record<string, Float32Array>>;
  release(): Promise<void>;
}
