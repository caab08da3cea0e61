export { createDecoder, type Decoder, type DecoderOptions } from './decoder.ts';
export { describeFallback } from './describe-fallback.ts';
export { DecoderError, type DecoderErrorCode } from './errors.ts';
export type {
  Agreement,
  BranchAgreement,
  BranchFinishReason,
  BranchResult,
  DecodeEvent,
  DraftStatistics,
  FallbackReason,
  FinishEvent,
  FinishReason,
  GenerationResult,
  GenerationStatistics,
  Stage,
  StageEvent,
  StageStatistics,
  TraceEvent,
  Verification,
} from './events.ts';
export type { Fork, ForkedBranch, JoinResult } from './fork/fork.ts';
export type { ForkBranch, ForkOptions, JoinOptions, WritingOptions } from './fork/fork-options.ts';
export type { ForkResult } from './fork/fork-stage.ts';
export type { Generation } from './generation.ts';
export type { DraftMode, GenerateOptions, Join, Pace, Verify } from './options.ts';
export {
  createOutlineConstraint,
  type OutlineConstraint,
  type OutlineLimits,
} from './outline/outline-constraint.ts';
export type { PrefillOptions } from './prefill.ts';
export type { Prefix, PrefixCacheOptions } from './prefix-cache.ts';
export type { Continuation, FormatKnowledge, Prompt, PromptOptions } from './prompt.ts';
export type { ResultStream } from './result-stream.ts';
export type { LogitsProcessor } from './sampling/logits-processor.ts';
export type { PenaltyOptions } from './sampling/penalties.ts';
export { createSamplers, type Sampler, type SamplingOptions } from './sampling/sampler.ts';
