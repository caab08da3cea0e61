import type { AnswerDocument, OutlineProblemCode } from '@beltline/format';

/**
 * What a generation is doing: `prefill` and `sequential` in sequential mode; `prefill`, `outline`, `branches` and
 * `conclusion` in parallel mode, which without a usable outline goes on as `sequential`.
 */
export type Stage = 'prefill' | 'outline' | 'branches' | 'conclusion' | 'sequential';

/** Why decoding ended: the model said so, or a limit (tokens, context, cache) was reached. */
export type FinishReason = 'stop' | 'length';

/** Why a branch ended. */
export type BranchFinishReason = FinishReason | 'cancelled';

/** Why a parallel generation went on as normal decoding: the outline's problem, or an outline without titles. */
export type FallbackReason = OutlineProblemCode | 'no-titles';

/** What one stage did. */
export interface StageStatistics {
  readonly stage: Stage;
  /** Tokens chosen from logits; in the prefill stage, tokens of the prompt. */
  readonly tokens: number;
  readonly forwardPasses: number;
  /** Wall time, in ms; what the reader of the events does meanwhile is part of it. */
  readonly milliseconds: number;
  /** `tokens` over the wall time. */
  readonly tokensPerSecond: number;
}

/** What a whole generation did. */
export interface GenerationStatistics {
  readonly promptTokens: number;
  /** Tokens of the answer. */
  readonly answerTokens: number;
  /** Forward passes after the prompt's prefill. */
  readonly forwardPasses: number;
  /** Wall time after the prompt's prefill, in ms. */
  readonly milliseconds: number;
  /** Answer tokens over that time. */
  readonly tokensPerSecond: number;
  readonly stages: readonly StageStatistics[];
}

/** One branch of a parallel answer. */
export interface BranchResult {
  readonly title: string;
  /** Body without surrounding white space. */
  readonly text: string;
  readonly finishReason: BranchFinishReason;
}

/** A finished generation. */
export interface GenerationResult {
  /** The whole answer in the format, markers included. */
  readonly text: string;
  /** Token ids of the answer, `[token]`; the end token included if it was reached. */
  readonly tokens: readonly number[];
  readonly document: AnswerDocument;
  readonly finishReason: FinishReason;
  /** `parallel` only if branches were decoded. */
  readonly mode: 'parallel' | 'sequential';
  /** Set if parallel decoding was asked for and no usable outline was found. */
  readonly fallback?: FallbackReason;
  /** Empty in sequential mode. */
  readonly branches: readonly BranchResult[];
  readonly statistics: GenerationStatistics;
}

/** What happens in the KV cache, told only with the option `trace`: enough to draw the mask, pass by pass. */
export type TraceEvent =
  /** A strand was added below others; strand 0, the trunk, is there from the start. */
  | { readonly type: 'strand-start'; readonly strand: number; readonly parents: readonly number[] }
  /**
   * A forward pass: its tokens (ids, position ids and strands, each `[token]`) took the slots from `firstSlot` on.
   * Slots that were used from there on had been dropped before.
   */
  | {
      readonly type: 'pass';
      readonly stage: Stage;
      readonly firstSlot: number;
      readonly tokens: readonly number[];
      readonly positions: readonly number[];
      readonly strands: readonly number[];
    }
  /** Just these slots, ascending, were kept and moved together. */
  | { readonly type: 'slots-kept'; readonly slots: readonly number[] };

/** What happens in the stages. Branches are numbered from 0 in the order of the outline, or as they were given. */
export type StageEvent =
  | { readonly type: 'stage-start'; readonly stage: Stage }
  /** `done` of `tokens` waiting tokens are in the cache; only where they need several forward passes. */
  | { readonly type: 'prefill-delta'; readonly stage: Stage; readonly done: number; readonly tokens: number }
  | { readonly type: 'text-delta'; readonly stage: Stage; readonly text: string }
  /** A title is complete, while the outline is decoded; a `fallback` may still drop the branch. */
  | { readonly type: 'branch-start'; readonly branch: number; readonly title: string }
  | { readonly type: 'branch-delta'; readonly branch: number; readonly text: string }
  | { readonly type: 'branch-end'; readonly branch: number; readonly finishReason: BranchFinishReason }
  | { readonly type: 'fallback'; readonly reason: FallbackReason }
  | TraceEvent
  | { readonly type: 'stage-end'; readonly stage: Stage; readonly statistics: StageStatistics };

/** The last event, with all that came of it. */
export interface FinishEvent<Result> {
  readonly type: 'finish';
  readonly result: Result;
}

/** What happens while an answer is decoded. */
export type DecodeEvent = StageEvent | FinishEvent<GenerationResult>;
