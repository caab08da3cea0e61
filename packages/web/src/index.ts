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
  Prefix,
  PrefixCacheOptions,
  Prompt,
  ResultStream,
  Stage,
  StageEvent,
  StageStatistics,
} from '@beltline/decoder';
export { clearModelCache } from './clear-model-cache.ts';
export type { WebFork as Fork } from './fork.ts';
export { type LoadOptions, loadDecoder, type WebDecoder } from './load-decoder.ts';
export type { Device, HubOptions, LoadedModel, LoadProgress, Precision } from './messages.ts';
export { DEFAULT_MODEL, EMBEDDED_MODELS, type ModelSource } from './model-source.ts';
export type {
  WebForkBranch as ForkBranch,
  WebGenerateOptions as GenerateOptions,
  WebJoinOptions as JoinOptions,
  WebPrefillOptions as PrefillOptions,
} from './options.ts';
export { WebError, type WebErrorCode, type WebErrorOptions } from './web-error.ts';
