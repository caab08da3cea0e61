import type { ReferenceConfig, ReferenceWeights } from '../reference/reference-config.ts';

/** A tiny model with values that PyTorch computed; in Beltline's repository, a folder of `fixtures/golden`. */
export interface GoldenModel {
  /** Passed to `create`, and put in front of the names of the tests. */
  readonly name: string;
  readonly config: ReferenceConfig;
  readonly weights: ReferenceWeights;
  /** The parsed `golden.json`. */
  readonly values: GoldenValues;
  /**
   * Contents of `belt_logits.f32`, `[token, vocabularySize]`: one row per token of `values.branches`, branch
   * after branch, each fed right after the prefix beside its siblings.
   */
  readonly beltLogits: Float32Array;
}

/** Token ids of a `golden.json`; every branch counts its positions from the end of the prefix. */
export interface GoldenValues {
  readonly prefix: readonly number[];
  /** How each branch begins, `[branch][token]`; lengths differ. */
  readonly branches: readonly (readonly number[])[];
  /** The branches decoded in lock step. */
  readonly beltGreedy: {
    /** A branch leaves the step when it has that many new tokens. */
    readonly newTokensPerBranch: readonly number[];
    /** Whole branches, beginnings included. */
    readonly branches: readonly (readonly number[])[];
  };
  /** What is fed after the branches before the conclusion is decoded. */
  readonly joinTail: readonly number[];
  /** The conclusion after prefix, whole branches and tail as plain text. */
  readonly joinRecompute: { readonly newTokens: readonly number[] };
  /** The conclusion on the branches' own keys and values, from that position on. */
  readonly joinReuse: { readonly tailPositionStart: number; readonly newTokens: readonly number[] };
  /** Plain decoding. */
  readonly sequentialGreedy: { readonly prompt: readonly number[]; readonly newTokens: readonly number[] };
}
