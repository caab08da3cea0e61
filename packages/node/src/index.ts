export type {
  DecodeEvent,
  Decoder,
  FinishReason,
  GenerateOptions,
  Generation,
  GenerationResult,
  GenerationStatistics,
  Prompt,
  Stage,
  StageStatistics,
} from '@beltline/decoder';
export { DEFAULT_MODEL, EMBEDDED_MODELS } from '@beltline/models';
export { defaultCacheFolder } from './graph-cache.ts';
export { type LoadOptions, type LoadProgress, loadDecoder } from './load-decoder.ts';
