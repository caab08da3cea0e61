export { createDecoder, type Decoder, type DecoderOptions } from './decoder.ts';
export { DecoderError, type DecoderErrorCode } from './errors.ts';
export type {
  BranchResult,
  DecodeEvent,
  FallbackReason,
  FinishReason,
  GenerationResult,
  GenerationStatistics,
  Stage,
  StageStatistics,
  TraceEvent,
} from './events.ts';
export type { Generation } from './generation.ts';
export type { LogitsProcessor } from './logits-processor.ts';
export type { GenerateOptions, Join } from './options.ts';
export { createOutlineConstraint, type OutlineConstraint, type OutlineLimits } from './outline-constraint.ts';
export type { FormatKnowledge, Prompt } from './prompt.ts';
export { createSamplers, type Sampler, type SamplingOptions } from './sampler.ts';
