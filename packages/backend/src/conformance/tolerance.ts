import type { Capabilities, LanguageModel } from '../language-model.ts';

/** How far logits may differ, in logits. */
export interface Tolerance {
  /** From the values of PyTorch and of the reference model, both float32 weights. */
  readonly golden: number;
  /** Between two ways to compute the same with one model. */
  readonly equivalent: number;
}

const tolerances: Readonly<Record<Capabilities['precision'], Tolerance>> = {
  fp32: { golden: 1e-3, equivalent: 1e-4 },
  fp16: { golden: 0.1, equivalent: 0.05 },
  int8: { golden: 1, equivalent: 0.1 },
  int4: { golden: 10, equivalent: 0.1 },
};

/** What a model promises by its precision. */
export function toleranceOf(model: LanguageModel): Tolerance {
  return tolerances[model.capabilities.precision];
}
