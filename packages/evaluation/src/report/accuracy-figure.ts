import { type EvaluationMode, modeLabels } from '../evaluation-mode.ts';
import type { TaskSummary } from '../summarize.ts';
import { figure, type Plot, type PlotSize, table } from './figure.ts';
import { formatInterval, formatNumber, formatShare } from './format.ts';
import { label, line, modeClass, modeLegend, modeMark } from './marks.ts';
import { type Child, element, type Markup } from './markup.ts';
import { linearScale, type Scale } from './scale.ts';

const headHeight = 30;
const rowHeight = 24;
const axisHeight = 26;

/** How many answers are right: a mark for the share, a line for its interval. */
export function accuracyFigure(tasks: readonly TaskSummary[]): Markup {
  return figure({
    title: 'Right answers',
    caption:
      'The mark is the share of problems that were answered right; the line holds the true share with 95% confidence.',
    legend: modeLegend(tasks[0]!.modes.map(({ mode }) => mode)),
    plot: (size) => plot(tasks, size),
    table: table(
      'Right answers with Wilson 95% intervals',
      ['task', 'mode', 'right', 'problems', 'share', '95% interval', 'wrong answers by reason'],
      tasks.flatMap(({ task, problems, modes }) =>
        modes.map(({ mode, right, interval, reasons }) => [
          task,
          modeLabels[mode],
          right,
          problems,
          formatShare(right / problems),
          formatInterval(interval, formatShare),
          describeReasons(reasons),
        ]),
      ),
    ),
  });
}

function describeReasons(reasons: Readonly<Record<string, number>>): string {
  const wrong = Object.entries(reasons).filter(([reason]) => reason !== 'right');
  return wrong.map(([reason, count]) => `${count} ${reason.replaceAll('-', ' ')}`).join(', ') || 'none';
}

function plot(tasks: readonly TaskSummary[], { width }: PlotSize): Plot {
  const scale = linearScale([0, 1], [14, width - 50]);
  const content: Child[] = [];
  let y = 0;
  const groups: Child[] = [];
  for (const { task, problems, modes } of tasks) {
    groups.push(label(0, y + 20, `${task}, ${formatNumber(problems, 'problem')}`, { className: 'head' }));
    y += headHeight;
    for (const { mode, right, interval } of modes) {
      groups.push(drawInterval(scale, y + rowHeight / 2, interval, mode));
      const share = right / problems;
      groups.push(
        modeMark(
          mode,
          scale(share),
          y + rowHeight / 2,
          5.5,
          `${modeLabels[mode]}: ${right} of ${problems} right`,
        ),
      );
      groups.push(
        label(scale(interval.high) + 10, y + rowHeight / 2 + 4.5, formatShare(share), { className: 'value' }),
      );
      y += rowHeight;
    }
    y += 6;
  }
  for (const share of [0, 0.25, 0.5, 0.75, 1]) {
    content.push(line('grid', scale(share), headHeight - 4, scale(share), y));
    content.push(label(scale(share), y + 18, formatShare(share), { anchor: 'middle', className: 'tick' }));
  }
  return { height: y + axisHeight, content: [...content, ...groups] };
}

function drawInterval(
  scale: Scale,
  y: number,
  { low, high }: { low: number; high: number },
  mode: EvaluationMode,
): Markup {
  return element('g', { class: `whisker ${modeClass(mode)}` }, [
    line('', scale(low), y, scale(high), y),
    line('', scale(low), y - 4, scale(low), y + 4),
    line('', scale(high), y - 4, scale(high), y + 4),
  ]);
}
