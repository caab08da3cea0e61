import { modeLabels } from '../evaluation-mode.ts';
import type { ModeSummary, TaskSummary } from '../summarize.ts';
import { figure, type Plot, type PlotSize, table } from './figure.ts';
import { formatMilliseconds } from './format.ts';
import { colorLegend, label, line } from './marks.ts';
import { type Child, element, type Markup } from './markup.ts';
import { linearScale, type Scale, ticks } from './scale.ts';

const stageLabels: Readonly<Record<string, string>> = {
  prefill: 'reading the prompt',
  outline: 'outline',
  branches: 'branches, all at once',
  verification: 'verification',
  conclusion: 'conclusion',
  sequential: 'in order',
};

const headHeight = 28;
const rowHeight = 30;
const barHeight = 20;

/** Where the time of an answer goes. */
export function stagesFigure(tasks: readonly TaskSummary[]): Markup {
  const stages = [
    ...new Set(tasks.flatMap(({ modes }) => modes.flatMap((mode) => mode.stages.map(({ stage }) => stage)))),
  ];
  const order = Object.keys(stageLabels);
  stages.sort((a, b) => order.indexOf(a) - order.indexOf(b));
  return figure({
    title: 'Time per stage',
    caption:
      'Mean wall time of one answer, from the prompt to the last token. Where the outline could not be used, the answer goes on in order.',
    legend: colorLegend(stages.map((stage) => [`stage-${stage}`, nameOf(stage)])),
    plot: (size) => plot(tasks, size),
    table: table(
      'Mean time, forward passes and tokens of a stage, per answer',
      ['task', 'mode', 'stage', 'time', 'forward passes', 'tokens'],
      tasks.flatMap(({ task, modes }) =>
        modes.flatMap(({ mode, stages }) =>
          stages.map(({ stage, milliseconds, forwardPasses, tokens }) => [
            task,
            modeLabels[mode],
            nameOf(stage),
            formatMilliseconds(milliseconds),
            forwardPasses.toFixed(1),
            tokens.toFixed(1),
          ]),
        ),
      ),
    ),
  });
}

function nameOf(stage: string): string {
  return stageLabels[stage] ?? stage;
}

function timeOf({ stages }: ModeSummary): number {
  return stages.reduce((total, { milliseconds }) => total + milliseconds, 0);
}

function plot(tasks: readonly TaskSummary[], { width, isNarrow }: PlotSize): Plot {
  const longest = Math.max(...tasks.flatMap(({ modes }) => modes.map(timeOf)), 1);
  const scale = linearScale([0, longest], [0, width - 66]);
  const marks = ticks(longest, isNarrow ? 3 : 6).filter((tick) => tick <= longest * 1.001);
  const content: Child[] = [];
  let y = 0;
  for (const { task, modes } of tasks) {
    content.push(label(0, y + 19, task, { className: 'head' }));
    y += headHeight;
    for (const mode of modes) {
      content.push(drawBar(mode, scale, y), drawName(mode, scale, y));
      y += rowHeight + 14;
    }
  }
  const grid = marks.map((tick) => [
    line('grid', scale(tick), headHeight - 4, scale(tick), y),
    label(scale(tick), y + 16, formatMilliseconds(tick), {
      anchor: tick === 0 ? 'start' : 'middle',
      className: 'tick',
    }),
  ]);
  return { height: y + 24, content: [grid, content] };
}

function drawBar(mode: ModeSummary, scale: Scale, y: number): Child {
  let start = 0;
  return mode.stages.map(({ stage, milliseconds }) => {
    const [from, to] = [scale(start), scale(start + milliseconds)];
    start += milliseconds;
    return element(
      'rect',
      {
        class: `segment stage-${stage}`,
        x: from,
        y: y + 14,
        width: Math.max(0, to - from),
        height: barHeight,
      },
      element('title', {}, `${nameOf(stage)}: ${formatMilliseconds(milliseconds)}`),
    );
  });
}

function drawName(mode: ModeSummary, scale: Scale, y: number): Child {
  const total = timeOf(mode);
  return [
    label(0, y + 9, modeLabels[mode.mode], { className: 'tick' }),
    label(scale(total) + 8, y + 14 + barHeight / 2 + 4.5, formatMilliseconds(total), { className: 'value' }),
  ];
}
