import type { PairComparison } from '../compare-pairs.ts';
import { modeLabels } from '../evaluation-mode.ts';
import type { Gain, ModeComparison, ModeSummary, TaskSummary } from '../summarize.ts';
import {
  formatDifference,
  formatInterval,
  formatMultiple,
  formatProbability,
  formatShare,
} from './format.ts';
import { modeClass } from './marks.ts';
import { type Child, element, type Markup } from './markup.ts';

/** What most readers came for, in large figures: the last summary is of all tasks. */
export function keyFigures(tasks: readonly TaskSummary[]): Child {
  const { problems, modes, comparisons } = tasks.at(-1)!;
  const baseline = modes[0]!;
  return comparisons.map((comparison, index) => [
    element(
      'h2',
      { class: 'against' },
      `${modeLabels[comparison.mode]} against ${modeLabels[baseline.mode]}`,
    ),
    element(
      'dl',
      { class: `tiles ${modeClass(comparison.mode)}` },
      tiles(comparison, baseline, modes[index + 1]!, problems),
    ),
  ]);
}

function tiles(
  { speedup, forwardPasses, pairs }: ModeComparison,
  baseline: ModeSummary,
  summary: ModeSummary,
  problems: number,
): Markup[] {
  const failed = Object.values(summary.fallbacks).reduce((total, count) => total + count, 0);
  return [
    tile(
      'tokens a second',
      gainText(speedup),
      `median${speedup?.interval ? `; 95%: ${formatInterval(speedup.interval, formatMultiple)}` : ''}`,
    ),
    tile(
      'fewer forward passes',
      gainText(forwardPasses),
      `median; mean of an answer ${summary.forwardPasses.toFixed(0)} instead of ${baseline.forwardPasses.toFixed(0)}`,
    ),
    tile(
      'right answers',
      `${formatShare(summary.right / problems)} vs. ${formatShare(baseline.right / problems)}`,
      `${formatDifference(pairs.difference)} points, ${formatProbability(pairs.pValue)}: ${verdict(pairs)}`,
    ),
    tile(
      'outlines that failed',
      String(failed),
      failed === 0 ? `of ${problems}` : `of ${problems}; those answers went on in order`,
    ),
  ];
}

function gainText(gain: Gain | undefined): string {
  return gain ? formatMultiple(gain.median) : 'no answer';
}

/** What the exact test says about a difference in right answers. */
export function verdict(pairs: PairComparison): string {
  if (pairs.onlyFirst + pairs.onlySecond === 0) return 'the same problems are right';
  if (pairs.pValue >= 0.05) return 'no more than chance makes';
  return pairs.difference > 0 ? 'better, beyond chance' : 'worse, beyond chance';
}

function tile(name: string, value: string, note: string): Markup {
  return element(
    'div',
    { class: 'tile' },
    element('dt', {}, name),
    element('dd', { class: 'figure' }, value),
    element('dd', {}, note),
  );
}
