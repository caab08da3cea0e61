import type { AnswerDocument, OutlineProblemCode } from '@beltline/format';

/**
 * What a generation is doing: `prefill` and `sequential` in sequential mode; `prefill`, `outline`, `branches` and
 * `conclusion` in parallel mode, the last three once for each block; without a usable outline it goes on as `sequential`.
 * With `verify`, `verification` comes before each conclusion, and a repaired answer goes on as `sequential`.
 */
export type Stage = 'prefill' | 'outline' | 'branches' | 'verification' | 'conclusion' | 'sequential';

/** Why decoding ended: the model said so, or a limit (tokens, context, cache) was reached. */
export type FinishReason = 'stop' | 'length';

/** Why a branch ended. */
export type BranchFinishReason = FinishReason | 'cancelled';

/** Why a parallel generation went on as normal decoding: an outline's problem, or an outline without titles. */
export type FallbackReason = OutlineProblemCode | 'no-titles';

/** What became of drafts. */
export interface DraftStatistics {
  /** Tokens that were drafted, each a row of a forward pass. */
  readonly proposed: number;
  /** Tokens that were chosen from the logits behind a draft: without it each had taken its line another pass. */
  readonly accepted: number;
}

/** What one stage did. */
export interface StageStatistics {
  readonly stage: Stage;
  /**
   * Tokens chosen from logits; in the prefill stage, tokens of the prompt that were read; in verification, tokens that were
   * verified.
   */
  readonly tokens: number;
  readonly forwardPasses: number;
  /** Wall time, in ms; what the reader of the events does meanwhile is part of it. */
  readonly milliseconds: number;
  /** `tokens` over the wall time. */
  readonly tokensPerSecond: number;
  /** Set if the stage decoded with drafts. */
  readonly drafts?: DraftStatistics;
}

/** What a whole generation did. */
export interface GenerationStatistics {
  readonly promptTokens: number;
  /** Tokens of the prompt that were in memory from earlier prompts and answers, and did not have to be read. */
  readonly reusedTokens: number;
  /** Tokens of the answer. */
  readonly answerTokens: number;
  /** Forward passes after the prompt's prefill. */
  readonly forwardPasses: number;
  /** Wall time after the prompt's prefill, in ms. */
  readonly milliseconds: number;
  /** Answer tokens over that time. */
  readonly tokensPerSecond: number;
  /** Of all stages; set if any decoded with drafts. */
  readonly drafts?: DraftStatistics;
  /** One entry for each stage, with all that it did in all blocks. */
  readonly stages: readonly StageStatistics[];
}

/** One branch of a parallel answer. */
export interface BranchResult {
  /** Number of its block in the answer, from 0. */
  readonly block: number;
  /** Number of the branch that its block stands in, if it is nested. */
  readonly parent?: number;
  readonly title: string;
  /** Body without surrounding white space, nested blocks included. */
  readonly text: string;
  readonly finishReason: BranchFinishReason;
}

/** How many of some tokens sequential decoding would have chosen as well, each after all that stands before it. */
export interface Agreement {
  readonly tokens: number;
  readonly agreeing: number;
  /** Number of the first token that differs, from 0; none if all agree. */
  readonly firstDifference?: number;
}

/** Agreement within one branch as it was decoded in parallel. */
export interface BranchAgreement {
  readonly title: string;
  /** Of `####title:`; a difference in its first token is one about where the step before ends. */
  readonly heading: Agreement;
  /** Of all up to the next marker. */
  readonly body: Agreement;
}

/** What verification found. */
export interface Verification {
  /** Of the answer as it was decoded in parallel, up to where the conclusion begins. */
  readonly answer: Agreement;
  readonly branches: readonly BranchAgreement[];
  /** Whether the answer was decoded again from the first difference on: it is what sequential decoding writes. */
  readonly repaired: boolean;
}

/** A finished generation. */
export interface GenerationResult {
  /** The whole answer in the format, markers included. */
  readonly text: string;
  /** Token ids of the answer, `[token]`; the end token included if it was reached. */
  readonly tokens: readonly number[];
  readonly document: AnswerDocument;
  readonly finishReason: FinishReason;
  /** `parallel` only if branches were decoded, and no repair replaced them. */
  readonly mode: 'parallel' | 'sequential';
  /**
   * Set if parallel decoding was asked for and no usable outline was found. With the mode `parallel` it was the outline of
   * a later block, and the answer went on in order from there.
   */
  readonly fallback?: FallbackReason;
  /** Empty in sequential mode. */
  readonly branches: readonly BranchResult[];
  /** Set if the answer was verified. */
  readonly verification?: Verification;
  readonly statistics: GenerationStatistics;
}

/** What happens in the KV cache, told only with the option `trace`: enough to draw the mask, pass by pass. */
export type TraceEvent =
  /** The first slots, on the trunk, were there before the first pass; their token ids, `[slot]`. */
  | { readonly type: 'slots-reused'; readonly tokens: readonly number[] }
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

/**
 * What happens in the stages. Branches are numbered from 0 over the whole answer, in the order of the outlines, or as they
 * were given.
 */
export type StageEvent =
  | { readonly type: 'stage-start'; readonly stage: Stage }
  /** `done` of `tokens` waiting tokens are in the cache; only where they need several forward passes. */
  | { readonly type: 'prefill-delta'; readonly stage: Stage; readonly done: number; readonly tokens: number }
  | { readonly type: 'text-delta'; readonly stage: Stage; readonly text: string }
  /** A title is complete, while the outline is decoded; a `fallback` may still drop all branches of the block. */
  | {
      readonly type: 'branch-start';
      readonly branch: number;
      /** Number of its block in the answer, from 0. */
      readonly block: number;
      /** Number of the branch that its block stands in, if it is nested. */
      readonly parent?: number;
      readonly title: string;
    }
  | { readonly type: 'branch-delta'; readonly branch: number; readonly text: string }
  | { readonly type: 'branch-end'; readonly branch: number; readonly finishReason: BranchFinishReason }
  /** With a branch, it was the outline of a nested block: that branch alone goes on in order. */
  | { readonly type: 'fallback'; readonly reason: FallbackReason; readonly branch?: number }
  /** `text` replaces all text and branches so far, since sequential decoding differs; what comes now goes on from it. */
  | { readonly type: 'repair'; readonly text: string }
  | TraceEvent
  | { readonly type: 'stage-end'; readonly stage: Stage; readonly statistics: StageStatistics };

/** The last event, with all that came of it. */
export interface FinishEvent<Result> {
  readonly type: 'finish';
  readonly result: Result;
}

/** What happens while an answer is decoded. */
export type DecodeEvent = StageEvent | FinishEvent<GenerationResult>;
