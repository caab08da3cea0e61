export type {
  DecodeEvent,
  Decoder,
  DraftStatistics,
  FinishReason,
  Fork,
  ForkBranch,
  ForkedBranch,
  ForkOptions,
  ForkResult,
  GenerateOptions,
  Generation,
  GenerationResult,
  GenerationStatistics,
  JoinOptions,
  JoinResult,
  PrefillOptions,
  Prefix,
  PrefixCacheOptions,
  Prompt,
  Stage,
  StageStatistics,
} from '@beltline/decoder';
export { describeFallback } from '@beltline/decoder';
export type { Precision } from '@beltline/graph';
export { DEFAULT_MODEL, EMBEDDED_MODELS } from '@beltline/models';
export type {
  WorkerDecoder,
  WorkerFork,
  WorkerForkBranch,
  WorkerGenerateOptions,
  WorkerJoinOptions,
} from '@beltline/worker';
export { defaultCacheFolder } from './graph-cache.ts';
export { inspectModel } from './inspect-model.ts';
export { type LoadOptions, loadDecoder, type ThreadOptions } from './load-decoder.ts';
export type { LoadProgress } from './load-progress.ts';
export type { ModelReport } from './model-report.ts';
export { WorkerError, type WorkerErrorCode } from './worker/worker-error.ts';
