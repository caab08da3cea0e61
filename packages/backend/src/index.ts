export { createLanguageModel } from './create-language-model.ts';
export type { Engine, EnginePass, KvStore } from './engine.ts';
export { BackendError, type BackendErrorCode } from './errors.ts';
export type {
  CacheOptions,
  Capabilities,
  ForwardStep,
  KvCache,
  LanguageModel,
  ModelShape,
} from './language-model.ts';
