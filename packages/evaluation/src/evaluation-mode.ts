import type { GenerateOptions } from '@beltline/decoder';

/** How a problem is answered: token by token, or in parallel with one of the two joins. */
export type EvaluationMode = 'sequential' | 'recompute' | 'reuse';

/** All modes; the first of those that are compared is the one that the others are compared with. */
export const evaluationModes: readonly EvaluationMode[] = ['sequential', 'recompute', 'reuse'];

/** What a mode is called in front of people. */
export const modeLabels: Readonly<Record<EvaluationMode, string>> = {
  sequential: 'sequential',
  recompute: 'parallel (recompute)',
  reuse: 'parallel (reuse)',
};

/** The decoder's options that make a mode. */
export function optionsOfMode(mode: EvaluationMode): Pick<GenerateOptions, 'mode' | 'join'> {
  return mode === 'sequential' ? { mode } : { mode: 'parallel', join: mode };
}
