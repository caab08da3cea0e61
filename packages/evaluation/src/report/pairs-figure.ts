import { modeLabels } from '../evaluation-mode.ts';
import type { ModeComparison, TaskSummary } from '../summarize.ts';
import { figure, type Plot, type PlotSize, table } from './figure.ts';
import { formatDifference, formatInterval, formatProbability } from './format.ts';
import { colorLegend, label, modeClass } from './marks.ts';
import { type Child, element, type Markup } from './markup.ts';
import { linearScale } from './scale.ts';

const barHeight = 26;
const rowHeight = 66;

/** The same problems in two modes: who was right where. */
export function pairsFigure(tasks: readonly TaskSummary[]): Markup {
  const comparisons = tasks.flatMap(({ comparisons }) => comparisons);
  const modes = [...new Set(comparisons.map(({ mode }) => mode))];
  const { baseline } = comparisons[0]!;
  return figure({
    title: 'The same problems side by side',
    caption:
      'Each bar is all problems of a task. What counts are those that only one of the two modes got right: where p is small, they are too uneven for chance.',
    legend: colorLegend([
      ['both', 'both right'],
      [modeClass(baseline), `only ${modeLabels[baseline]}`],
      ...modes.map((mode) => [modeClass(mode), `only ${modeLabels[mode]}`] as const),
      ['neither', 'neither'],
    ]),
    plot: (size) => plot(tasks, size),
    table: table(
      `Each mode against ${modeLabels[baseline]} on the same problems: who was right, the difference in percentage points with its 95% interval (Newcombe), and the exact McNemar test`,
      ['task', 'mode', 'both', `only ${baseline}`, 'only this', 'neither', 'difference', '95% interval', 'p'],
      tasks.flatMap(({ task, comparisons }) =>
        comparisons.map(({ mode, pairs }) => [
          task,
          modeLabels[mode],
          pairs.bothRight,
          pairs.onlyFirst,
          pairs.onlySecond,
          pairs.bothWrong,
          formatDifference(pairs.difference),
          formatInterval(pairs.interval, formatDifference),
          formatProbability(pairs.pValue).replace('p = ', '').replace('p ', ''),
        ]),
      ),
    ),
  });
}

function plot(tasks: readonly TaskSummary[], size: PlotSize): Plot {
  const rows = tasks.flatMap(({ task, problems, comparisons }) =>
    comparisons.map((comparison) => ({ task, problems, comparison })),
  );
  return {
    height: rows.length * rowHeight,
    content: rows.map(({ task, problems, comparison }, index) => [
      drawHead(task, comparison, index * rowHeight + 20, size),
      drawBar(comparison, problems, index * rowHeight + 28, size),
    ]),
  };
}

function drawHead(
  task: string,
  { mode, pairs }: ModeComparison,
  y: number,
  { width, isNarrow }: PlotSize,
): Child {
  const verdict = `${formatDifference(pairs.difference)} points, ${formatProbability(pairs.pValue)}`;
  const name = isNarrow ? `${task}, ${mode}` : `${task}, ${modeLabels[mode]}`;
  return [
    label(0, y, name, { className: 'head' }),
    label(width, y, verdict, { anchor: 'end', className: 'tick' }),
  ];
}

function drawBar(
  { baseline, mode, pairs }: ModeComparison,
  problems: number,
  y: number,
  { width }: PlotSize,
): Child {
  const scale = linearScale([0, problems], [0, width]);
  const parts = [
    ['both', pairs.bothRight, 'both right'],
    [modeClass(baseline), pairs.onlyFirst, `only ${modeLabels[baseline]} right`],
    [modeClass(mode), pairs.onlySecond, `only ${modeLabels[mode]} right`],
    ['neither', pairs.bothWrong, 'neither right'],
  ] as const;
  let start = 0;
  return parts.map(([className, count, title]) => {
    const [from, to] = [scale(start), scale(start + count)];
    start += count;
    if (count === 0) return undefined;
    const room = to - from > 8 * String(count).length + 6;
    return [
      element(
        'rect',
        { class: `segment ${className}`, x: from, y, width: to - from, height: barHeight },
        element('title', {}, `${title}: ${count}`),
      ),
      room
        ? label((from + to) / 2, y + barHeight / 2 + 4.5, String(count), {
            anchor: 'middle',
            className: `on-${className.replace(' drafts', '')}`,
          })
        : undefined,
    ];
  });
}
