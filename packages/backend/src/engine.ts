import type { Capabilities, ModelShape } from './language-model.ts';

/**
 * What an adapter writes: the arithmetic only. `createLanguageModel` puts the checks, the slot
 * bookkeeping, the queue and the lifecycle in front, the same for every adapter.
 */
export interface Engine<Store extends KvStore> {
  readonly shape: ModelShape;
  readonly capabilities: Capabilities;
  /** Makes storage for the keys and values of up to `capacity` tokens; it may start small and grow. */
  createStore(capacity: number): Store;
  /** Makes storage as `createStore` does, whose first `length` slots are copies of this store's, at most `capacity`. */
  copyStore(store: Store, length: number, capacity: number): Store;
  /**
   * Runs a pass and writes the new keys and values to the slots after the past.
   *
   * Called with valid arguments, never twice at once. Returns logits `[logitsRows.length, vocabularySize]` in
   * memory that the engine does not use again.
   */
  run(store: Store, pass: EnginePass): Promise<Float32Array>;
  dispose(): Promise<void>;
}

/** Keys and values of one sequence, by slot. */
export interface KvStore {
  /** Moves the keys and values of `slots` (strictly ascending) to the slots from 0 on. */
  keep(slots: Int32Array): void;
  /** Gives back memory beyond the first `length` slots, whose content stays; the store may grow again. */
  shrink?(length: number): void;
  dispose(): void;
}

/** One checked forward pass. */
export interface EnginePass {
  /** Used slots before the pass. */
  readonly pastLength: number;
  /** Token ids, `[token]`. */
  readonly tokens: Int32Array;
  /** Position ids, `[token]`. */
  readonly positions: Int32Array;
  /** Rows whose logits are wanted, `[row]`, strictly ascending. */
  readonly logitsRows: Int32Array;
  /** Additive attention bias `[token, pastLength + token]`: 0 visible, -Infinity hidden. */
  readonly attentionBias: Float32Array;
}
