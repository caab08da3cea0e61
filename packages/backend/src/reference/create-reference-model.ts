import { createLanguageModel } from '../create-language-model.ts';
import type { LanguageModel } from '../language-model.ts';
import { loadModelWeights } from './model-weights.ts';
import type { ReferenceConfig, ReferenceWeights } from './reference-config.ts';
import { createReferenceEngine } from './reference-engine.ts';

export interface ReferenceModelOptions {
  readonly config: ReferenceConfig;
  readonly weights: ReferenceWeights;
}

/**
 * Makes a model of the Llama family in plain TypeScript, the oracle that fast adapters are held against.
 *
 * It stands for llama, qwen2 and qwen3: RMSNorm, rotary embedding in half-split order, grouped-query
 * attention, SwiGLU. Weights stay float32, everything in between is float64.
 *
 * @throws BackendError `LOAD_FAILED` for a tensor that is missing or has another size than the config says.
 *
 * @example
 * const tensors = new Map<string, Float32Array>(readSafetensors(bytes));
 * const model = createReferenceModel({ config, weights: (name) => tensors.get(name) });
 */
export function createReferenceModel({ config, weights }: ReferenceModelOptions): LanguageModel {
  return createLanguageModel(createReferenceEngine(config, loadModelWeights(config, weights)));
}
