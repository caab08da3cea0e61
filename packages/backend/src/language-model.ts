import type { SlotView, Strands } from '@beltline/mask';

/** What a decoder-only model looks like from outside. */
export interface ModelShape {
  /** Architecture as in a Hugging Face config, for example `llama`. */
  readonly architecture: string;
  readonly layers: number;
  /** Key and value heads per layer. */
  readonly kvHeads: number;
  /** Values per head. */
  readonly headSize: number;
  /** Token ids are in `[0, vocabularySize)`. */
  readonly vocabularySize: number;
  /** Position ids are in `[0, contextLength)`. */
  readonly contextLength: number;
}

/** What an adapter promises; users choose by it, and the conformance suite tests by it. */
export interface Capabilities {
  readonly device: 'cpu' | 'wasm' | 'webgpu';
  readonly precision: 'fp32' | 'fp16' | 'int8' | 'int4' | 'w8a8';
  /**
   * That of passes of many tokens, where they have another. What a token is given then depends on how many others are in its pass, as
   * far as the two differ.
   */
  readonly widePrecision?: Capabilities['precision'];
}

/**
 * One forward pass: new tokens, where they stand, and whose logits are wanted.
 *
 * Token `i` takes the next free slot and sees what its strand sees (see `@beltline/mask`).
 */
export interface ForwardStep {
  /** Token ids, `[token]`, at least one. */
  readonly tokens: ArrayLike<number>;
  /** Position ids, `[token]`, in `[0, contextLength)`; they may repeat and need not ascend. */
  readonly positions: ArrayLike<number>;
  /** Strand of each token, `[token]`, strands of the cache's graph. */
  readonly strands: ArrayLike<number>;
  /** Indices into `tokens` of the rows whose logits are wanted, strictly ascending; may be empty. */
  readonly logitsRows: ArrayLike<number>;
}

/**
 * The keys and values of one sequence, and what is known of each slot.
 *
 * `truncate`, `keep` and `restart` also throw BackendError: `CACHE_BUSY` while a pass runs, `DISPOSED` afterwards.
 */
export interface KvCache {
  /** The graph that the strands of this sequence form; add branches and joins here. Another one after `restart`. */
  readonly strands: Strands;
  /** Strand and position of every used slot. */
  readonly slots: SlotView;
  /** Token id of every used slot, `[slot]`; a view, valid until the cache changes. */
  readonly tokens: readonly number[];
  /** Most tokens the cache can hold. */
  readonly capacity: number;
  /** Drops all slots from `length` on. @throws RangeError if `length` is not in `[0, slots.length]`. */
  truncate(length: number): void;
  /** Keeps just these slots, strictly ascending, moved together. @throws RangeError otherwise. */
  keep(slots: ArrayLike<number>): void;
  /**
   * Keeps just these slots, as `keep` does, and makes them the trunk of a new graph: what a next sequence begins with.
   * Memory beyond them is given back where the adapter can.
   *
   * Right only for slots of one line, of which each has seen all before it and nothing else.
   *
   * @throws RangeError unless the slots are strictly ascending used slots.
   */
  restart(slots: ArrayLike<number>): void;
  /** Frees the memory; harmless when repeated. A pass that runs or waits ends first. */
  dispose(): void;
}

/** What a new cache is like. */
export interface CacheOptions {
  /** Most tokens it can hold, default the context length. Memory grows as it fills. */
  readonly capacity?: number;
  /**
   * Its first slots are copies of the first `length` slots of this cache, as its trunk; the two live apart from then on.
   *
   * Right only for slots of one line, of which each has seen all before it and nothing else.
   */
  readonly copyOf?: { readonly cache: KvCache; readonly length: number };
}

/** A model that a decoder can drive: one primitive over a cache. It knows no text and no decoding. */
export interface LanguageModel {
  readonly shape: ModelShape;
  readonly capabilities: Capabilities;
  /**
   * Makes an empty cache, or with `copyOf` one that begins with copies of another's slots.
   *
   * @throws RangeError for a length that the other cache does not have or that the capacity has no room for.
   * @throws BackendError `DISPOSED`, and with `copyOf` `CACHE_BUSY`.
   */
  createCache(options?: CacheOptions): KvCache;
  /**
   * Runs one forward pass and appends the tokens' keys and values to the cache.
   *
   * Resolves with one row `[vocabularySize]` of logits per entry of `logitsRows`; the rows are the
   * caller's, no later pass touches them. If it rejects, the cache is as before. Passes over different caches queue up; two at once over
   * one cache are a mistake.
   *
   * @throws TypeError or RangeError for a step that makes no sense.
   * @throws BackendError `CAPACITY_EXCEEDED`, `CONTEXT_EXCEEDED`, `CACHE_BUSY`, `DISPOSED`, `RUN_FAILED`.
   */
  forward(cache: KvCache, step: ForwardStep): Promise<Float32Array[]>;
  /** Frees the model and its caches; passes that run or wait end first. Harmless when repeated. */
  dispose(): Promise<void>;
}
