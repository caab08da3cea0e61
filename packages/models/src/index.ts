export { formatHubSource, type HubSource } from './folder/hub-source.ts';
export type { ModelFormat } from './folder/manifest.ts';
export type { ModelTexts } from './folder/model-texts.ts';
export { ModelsError, type ModelsErrorCode } from './folder/models-error.ts';
export type { ModelPrecision } from './folder/precision.ts';
export {
  type CachedModel,
  type CachedRevision,
  findCachedModel,
  listCachedModels,
  removeCachedModel,
} from './hub/cached-models.ts';
export type { Environment } from './hub/hub-settings.ts';
export type { PullEvent, PullNotice } from './hub/pull-event.ts';
export { pullModel } from './hub/pull-model.ts';
export type { PullOptions } from './hub/pull-options.ts';
export type { PulledModel } from './hub/pulled-model.ts';
export {
  DEFAULT_MODEL,
  EMBEDDED_MODELS,
  embeddedFolder,
  findSource,
  type ModelFiles,
  type ModelSource,
  type ResolveOptions,
  resolveModel,
} from './resolve-model.ts';
export type { ModelWeights } from './weights.ts';
