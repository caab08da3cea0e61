export { checkpointFiles } from './checkpoint-files.ts';
export { chooseWeights, type WeightFiles } from './choose-weights.ts';
export { formatHubSource, type HubSource, parseHubSource } from './hub-source.ts';
export { besideGraph, MANIFEST_NAME, type Manifest, type ModelFormat, readManifest } from './manifest.ts';
export type { ModelFolder } from './model-folder.ts';
export { type ModelTexts, readModelTexts } from './model-texts.ts';
export { ModelsError, type ModelsErrorCode } from './models-error.ts';
export type { ModelPrecision } from './precision.ts';
