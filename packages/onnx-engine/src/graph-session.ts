import type { UnfuseAttentionOptions } from '@beltline/graph';

/** A tensor that goes into a graph. */
export type FeedTensor =
  | { readonly type: 'float32'; readonly data: Float32Array; readonly dims: readonly number[] }
  | { readonly type: 'int32'; readonly data: Int32Array; readonly dims: readonly number[] }
  | { readonly type: 'int64'; readonly data: BigInt64Array; readonly dims: readonly number[] };

/** Outputs of a run by name; all are float32. */
export type GraphOutputs = Readonly<Record<string, { readonly data: Float32Array }>>;

/**
 * A loaded graph, of `unfuseGraph`, whose inputs and outputs lie in memory that JavaScript reads and writes: what an adapter writes for
 * its runtime. `Feed` is the runtime's own kind of tensor.
 */
export interface GraphSession<Feed> {
  /**
   * What the graph was made for. `in-place`: inputs are read and `targets` written where they lie, in the course of a run;
   * `joined`: inputs may be copied before, and targets written after.
   */
  readonly cache: UnfuseAttentionOptions['cache'];
  /** Makes floats, of any value, for what is read and written in place. @throws Error if memory is short. */
  allocate(length: number): Float32Array;
  /** Gives back what `allocate` made. */
  free(floats: Float32Array): void;
  /** Shows a tensor to the runtime; a feed may go into many runs, and each reads what its data are then. */
  createFeed(tensor: FeedTensor): Feed;
  /**
   * Runs the graph.
   *
   * @param targets outputs, by name, that are to be written into floats of `allocate`.
   * @returns the logits, in memory that the runtime does not use again; other outputs are not read.
   */
  run(feeds: Readonly<Record<string, Feed>>, targets: Readonly<Record<string, Feed>>): Promise<GraphOutputs>;
  /** Frees the graph, once, after its last run. */
  release(): Promise<void>;
}
