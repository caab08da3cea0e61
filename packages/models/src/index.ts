export type { ModelFormat } from './folder/manifest.ts';
export type { ModelTexts } from './folder/model-texts.ts';
export { ModelsError, type ModelsErrorCode } from './folder/models-error.ts';
export {
  DEFAULT_MODEL,
  EMBEDDED_MODELS,
  type ModelFiles,
  type ResolveOptions,
  resolveModel,
} from './resolve-model.ts';
export type { ModelWeights } from './weights.ts';
