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
export type { Fork, ForkedBranch, JoinResult } from './fork.ts';
export type { ForkBranch, ForkOptions, JoinOptions, WritingOptions } from './fork-options.ts';
export type { ForkResult } from './fork-stage.ts';
export type { Generation } from './generation.ts';
export type { LogitsProcessor } from './logits-processor.ts';
export type { DraftMode, GenerateOptions, Join, Pace, Verify } from './options.ts';
export { createOutlineConstraint, type OutlineConstraint, type OutlineLimits } from './outline-constraint.ts';
export type { PenaltyOptions } from './penalties.ts';
export type { PrefillOptions } from './prefill.ts';
export type { Prefix, PrefixCacheOptions } from './prefix-cache.ts';
export type { Continuation, FormatKnowledge, Prompt, PromptOptions } from './prompt.ts';
export type { ResultStream } from './result-stream.ts';
export { createSamplers, type Sampler, type SamplingOptions } from './sampler.ts';
