import { type ModeComparison, type ModeSummary, modeLabels, type TaskSummary } from '@beltline/evaluation';
import {
  drawTable,
  formatCount,
  formatRate,
  formatTime,
  type TableOptions,
  type TableRow,
} from '../table.ts';

/** What came of an evaluation: how each mode did on each task, then how the modes compare. */
export function drawSummary(tasks: readonly TaskSummary[], options: TableOptions): string[] {
  const answers = drawGroups(tasks, answerColumns, ({ modes, problems }) =>
    modes.map((mode) => [mode.mode, describeMode(mode, problems)]),
  );
  const gains = drawGroups(tasks, gainColumns, ({ comparisons }) =>
    comparisons.map((comparison) => [comparison.mode, describeComparison(comparison)]),
  );
  const baseline = tasks[0]?.comparisons[0]?.baseline;
  const { dim } = options.style;
  return [
    ...answers(options),
    ...(baseline ? ['', dim(`Against ${modeLabels[baseline]}:`), ...gains(options)] : []),
  ];
}

type Entry = readonly [mode: ModeSummary['mode'], values: readonly string[]];

function drawGroups(
  tasks: readonly TaskSummary[],
  head: readonly string[],
  entriesOf: (task: TaskSummary) => readonly Entry[],
): (options: TableOptions) => string[] {
  return (options) => {
    const rows = tasks.flatMap((task): TableRow[] => {
      const title = `${task.task}, ${formatCount(task.problems)} problem${task.problems === 1 ? '' : 's'}`;
      const entries = entriesOf(task).map(([mode, values]) => ({ label: `  ${modeLabels[mode]}`, values }));
      return [{ label: options.style.bold(title), values: [] }, ...entries];
    });
    return drawTable(head, rows, options);
  };
}

const answerColumns = ['right', '95%', 'no outline', 'tokens', 'passes', 'time', 'tokens/s'];

/** Means of an answer; what is measured begins after the prompt was read. */
function describeMode(mode: ModeSummary, problems: number): string[] {
  const percent = (share: number) => (100 * share).toFixed(0);
  const failed = Object.values(mode.fallbacks).reduce((sum, count) => sum + count, 0);
  return [
    `${percent(mode.right / problems)}%`,
    `${percent(mode.interval.low)} to ${percent(mode.interval.high)}%`,
    mode.mode.startsWith('sequential') ? '' : formatCount(failed),
    mode.answerTokens.toFixed(1),
    mode.forwardPasses.toFixed(1),
    formatTime(mode.milliseconds),
    formatRate(mode.tokensPerSecond),
  ];
}

const gainColumns = ['tokens/s', '95%', 'right, points', '95%', 'p'];

function describeComparison({ speedup, pairs }: ModeComparison): string[] {
  const points = (share: number) => `${share > 0 ? '+' : ''}${(100 * share).toFixed(1)}`;
  const { low, high } = pairs.interval;
  const interval = speedup?.interval;
  return [
    speedup ? `${speedup.median.toFixed(2)}x` : '',
    interval ? `${interval.low.toFixed(2)} to ${interval.high.toFixed(2)}x` : '',
    points(pairs.difference),
    `${points(low)} to ${points(high)}`,
    pairs.pValue < 0.001 ? '< 0.001' : pairs.pValue.toFixed(3),
  ];
}
