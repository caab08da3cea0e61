import type { GenerateOptions } from '@beltline/decoder';

/** How an answer is decoded: token by token, or in parallel with one of the two joins. */
export type DecodingMode = 'sequential' | 'recompute' | 'reuse';

/**
 * How a problem is answered: `paper` costs what the paper's script costs (the decoder's option `pace`) and writes what
 * `recompute` writes; those with drafts write what those without write.
 */
export type EvaluationMode = DecodingMode | `${DecodingMode}+drafts` | 'paper';

/** The modes to compare unless others are asked for; the first is the one that the others are compared with. */
export const evaluationModes: readonly DecodingMode[] = ['sequential', 'recompute', 'reuse'];

/** What a mode is called in front of people. */
export const modeLabels: Readonly<Record<EvaluationMode, string>> = {
  sequential: 'sequential',
  'sequential+drafts': 'sequential + drafts',
  paper: "parallel (paper's pace)",
  recompute: 'parallel (recompute)',
  'recompute+drafts': 'parallel (recompute) + drafts',
  reuse: 'parallel (reuse)',
  'reuse+drafts': 'parallel (reuse) + drafts',
};

/** The decoder's options that make a mode. */
export function optionsOfMode(
  mode: EvaluationMode,
): Pick<GenerateOptions, 'mode' | 'join' | 'pace' | 'drafts'> {
  switch (mode) {
    case 'paper':
      return { mode: 'parallel', join: 'recompute', pace: 'paper' };
    case 'sequential':
      return { mode };
    case 'recompute':
    case 'reuse':
      return { mode: 'parallel', join: mode };
    case 'sequential+drafts':
    case 'recompute+drafts':
    case 'reuse+drafts':
      return { ...optionsOfMode(withoutDrafts(mode)), drafts: 'lookup' };
    default:
      return mode satisfies never;
  }
}

/** The mode that a mode with drafts goes back to; any other as it is. */
export function withoutDrafts(mode: EvaluationMode): DecodingMode | 'paper' {
  return mode.replace('+drafts', '') as DecodingMode | 'paper';
}
