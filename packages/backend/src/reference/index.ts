export { createReferenceModel, type ReferenceModelOptions } from './create-reference-model.ts';
export type { ReferenceConfig, ReferenceWeights } from './reference-config.ts';
