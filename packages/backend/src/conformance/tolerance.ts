import type { Capabilities, LanguageModel } from '../language-model.ts';

/** How far a logit may be off. */
export interface Tolerance {
  /** From the values of PyTorch and of the reference model, both with float32 weights. */
  readonly golden: number;
  /** Between two ways to compute the same with one model. */
  readonly equivalent: number;
}

// Logits of the golden models reach 11. Coarse weights say something else than the golden ones, so that for int4
// the equivalences carry the suite; activations that are rounded by row make those less than exact.
const tolerances: Readonly<Record<Capabilities['precision'], Tolerance>> = {
  fp32: { golden: 1e-3, equivalent: 1e-4 },
  fp16: { golden: 0.1, equivalent: 0.05 },
  int8: { golden: 4, equivalent: 0.3 },
  int4: { golden: 16, equivalent: 0.3 },
  w8a8: { golden: 4, equivalent: 0.3 },
};

/** Between a wide pass and others, where each rounds in its own way: int4 and w8a8 of one golden model differ by 1.4. */
const betweenPrecisions = 2;

/** What a model promises by its precision, or its two. */
export function toleranceOf({ capabilities: { precision, widePrecision } }: LanguageModel): Tolerance {
  const { golden, equivalent } = tolerances[precision];
  if (widePrecision === undefined) return { golden, equivalent };
  return { golden: Math.max(golden, tolerances[widePrecision].golden), equivalent: betweenPrecisions };
}
