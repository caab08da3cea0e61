export type { ModelFormat } from './manifest.ts';
export { ModelsError, type ModelsErrorCode } from './models-error.ts';
export {
  DEFAULT_MODEL,
  EMBEDDED_MODELS,
  type ModelFiles,
  type ResolveOptions,
  resolveModel,
} from './resolve-model.ts';
export type { ModelWeights } from './weights.ts';
