export type {
  BranchResult,
  DecodeEvent,
  DraftStatistics,
  FallbackReason,
  FinishReason,
  ForkedBranch,
  ForkOptions,
  ForkResult,
  Generation,
  GenerationResult,
  GenerationStatistics,
  JoinResult,
  PrefillOptions,
  Prefix,
  PrefixCacheOptions,
  Prompt,
  ResultStream,
  Stage,
  StageEvent,
  StageStatistics,
} from '@beltline/decoder';
export type {
  WorkerFork as Fork,
  WorkerForkBranch as ForkBranch,
  WorkerGenerateOptions as GenerateOptions,
  WorkerJoinOptions as JoinOptions,
} from '@beltline/worker';
export { clearModelCache } from './clear-model-cache.ts';
export { type LoadOptions, loadDecoder, type WebDecoder } from './load-decoder.ts';
export type { Device, HubOptions, LoadProgress, Precision, WebModel as LoadedModel } from './messages.ts';
export { DEFAULT_MODEL, EMBEDDED_MODELS, type ModelSource } from './model-source.ts';
export { WebError, type WebErrorCode, type WebErrorOptions } from './web-error.ts';
