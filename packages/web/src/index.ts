export type {
  BranchResult,
  DecodeEvent,
  FallbackReason,
  FinishReason,
  Generation,
  GenerationResult,
  GenerationStatistics,
  Prompt,
  Stage,
  StageStatistics,
} from '@beltline/decoder';
export { clearModelCache } from './clear-model-cache.ts';
export { type LoadOptions, loadDecoder, type WebDecoder } from './load-decoder.ts';
export type {
  Device,
  HubOptions,
  LoadedModel,
  LoadProgress,
  Precision,
  WebGenerateOptions as GenerateOptions,
} from './messages.ts';
export { DEFAULT_MODEL, EMBEDDED_MODELS, type ModelSource } from './model-source.ts';
export { WebError, type WebErrorCode, type WebErrorOptions } from './web-error.ts';
