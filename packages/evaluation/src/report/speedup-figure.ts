import type { AnswerRecord } from '../answer-record.ts';
import { type EvaluationMode, modeLabels } from '../evaluation-mode.ts';
import { medianInterval, spreadOf } from '../quantiles.ts';
import { completeProblems, speedup } from '../summarize.ts';
import { figure, type Plot, type PlotSize, table } from './figure.ts';
import { formatInterval, formatMultiple } from './format.ts';
import { label, line, modeClass, modeLegend, modeMark } from './marks.ts';
import { type Child, element, type Markup } from './markup.ts';
import { linearScale, type Scale } from './scale.ts';

/** One problem in one mode. */
interface Point {
  readonly mode: EvaluationMode;
  readonly problem: string;
  /** 0 where the outline failed. */
  readonly branches: number;
  readonly ratio: number;
}

/** How many times as fast each problem was answered, by the number of its branches. */
export function speedupFigure(records: readonly AnswerRecord[], modes: readonly EvaluationMode[]): Markup {
  const points = pointsOf(records, modes);
  return figure({
    title: 'Speed-up against number of branches',
    caption: `Answer tokens a second as a multiple of ${modeLabels[modes[0]!]} decoding, after the prompt was read. A dot is a problem, a large mark the median of those with as many branches. Without branches (0) the outline could not be used.`,
    legend: modeLegend(modes.slice(1)),
    plot: (size) => plot(points, modes.slice(1), size),
    table: table(
      'Speed-up by number of branches',
      ['branches', 'mode', 'problems', 'median', '95% interval', 'half of them'],
      groups(points, modes.slice(1)).map(({ mode, branches, ratios }) => {
        const { count, median, lowerQuartile, upperQuartile } = spreadOf(ratios);
        const interval = medianInterval(ratios);
        return [
          branches,
          modeLabels[mode],
          count,
          formatMultiple(median),
          interval ? formatInterval(interval, formatMultiple) : 'too few',
          formatInterval({ low: lowerQuartile, high: upperQuartile }, formatMultiple),
        ];
      }),
    ),
  });
}

function pointsOf(records: readonly AnswerRecord[], modes: readonly EvaluationMode[]): Point[] {
  return completeProblems(records, modes).flatMap(([baseline, ...others]) =>
    others.flatMap((answer) => {
      const { mode, problem, branches } = answer;
      const ratio = speedup(baseline!, answer);
      return Number.isFinite(ratio) && ratio > 0 ? [{ mode, problem, branches, ratio }] : [];
    }),
  );
}

function groups(points: readonly Point[], modes: readonly EvaluationMode[]) {
  const counts = [...new Set(points.map(({ branches }) => branches))].sort((a, b) => a - b);
  return counts.flatMap((branches) =>
    modes.flatMap((mode) => {
      const members = points.filter((point) => point.branches === branches && point.mode === mode);
      return members.length === 0 ? [] : [{ mode, branches, ratios: members.map(({ ratio }) => ratio) }];
    }),
  );
}

const height = 330;
const margin = { left: 44, right: 12, top: 14, bottom: 44 };

function plot(
  points: readonly Point[],
  modes: readonly EvaluationMode[],
  { width, isNarrow }: PlotSize,
): Plot {
  const most = Math.max(2, ...points.map(({ branches }) => branches));
  const yTicks = powersOfTwo(points.map(({ ratio }) => ratio));
  const x = linearScale([-0.6, most + 0.6], [margin.left, width - margin.right]);
  const powers = linearScale(
    [Math.log2(yTicks[0]!), Math.log2(yTicks.at(-1)!)],
    [height - margin.bottom, margin.top],
  );
  // Half as fast lies as far from 1 as twice as fast, and single large ratios do not press all others together.
  const y: Scale = (ratio) => powers(Math.log2(ratio));
  return {
    height,
    content: [
      drawAxes({ x, y, yTicks, most, width, isNarrow }),
      // Beside each other, not on top of each other.
      points.map((point, index) => {
        const place = shift(point.mode, modes) + 0.13 * wobble(index);
        const title = `${point.problem}, ${modeLabels[point.mode]}: ${formatMultiple(point.ratio)}`;
        return element(
          'circle',
          {
            class: `dot ${modeClass(point.mode)}`,
            cx: x(point.branches + place),
            cy: y(point.ratio),
            r: isNarrow ? 2.2 : 2.6,
          },
          element('title', {}, title),
        );
      }),
      drawMedians(points, modes, x, y),
    ],
  };
}

/** From half to four times at least, and as far as the ratios go. */
function powersOfTwo(ratios: readonly number[]): number[] {
  const lowest = Math.floor(Math.log2(Math.min(0.5, ...ratios)));
  const highest = Math.ceil(Math.log2(Math.max(4, ...ratios)));
  return Array.from({ length: highest - lowest + 1 }, (_, index) => 2 ** (lowest + index));
}

interface Axes {
  readonly x: Scale;
  readonly y: Scale;
  readonly yTicks: readonly number[];
  readonly most: number;
  readonly width: number;
  readonly isNarrow: boolean;
}

function drawAxes({ x, y, yTicks, most, width, isNarrow }: Axes): Child {
  const step = Math.ceil((most + 1) / (isNarrow ? 9 : 18));
  const counts = Array.from({ length: Math.floor(most / step) + 1 }, (_, index) => index * step);
  return [
    yTicks.map((tick) => [
      line('grid', margin.left, y(tick), width - margin.right, y(tick)),
      label(margin.left - 8, y(tick) + 4, tick < 1 ? `1/${1 / tick}×` : `${tick}×`, {
        anchor: 'end',
        className: 'tick',
      }),
    ]),
    line('reference', margin.left, y(1), width - margin.right, y(1)),
    counts.map((count) =>
      label(x(count), height - margin.bottom + 18, String(count), { anchor: 'middle', className: 'tick' }),
    ),
    label((margin.left + width - margin.right) / 2, height - 6, 'branches', {
      anchor: 'middle',
      className: 'tick',
    }),
  ];
}

/** The line through the medians begins with the first branch: answers without any are another matter. */
function drawMedians(points: readonly Point[], modes: readonly EvaluationMode[], x: Scale, y: Scale): Child {
  return modes.map((mode) => {
    const medians = groups(points, [mode]).map(({ branches, ratios }) => ({
      branches,
      count: ratios.length,
      median: spreadOf(ratios).median,
    }));
    const at = ({ branches }: { branches: number }) => x(branches + shift(mode, modes));
    const path = medians
      .filter(({ branches }) => branches > 0)
      .map((group) => `${at(group)},${y(group.median)}`);
    return [
      element('polyline', { class: `median ${modeClass(mode)}`, points: path.join(' ') }),
      medians.map((group) =>
        modeMark(
          mode,
          at(group),
          y(group.median),
          5,
          `${modeLabels[mode]}, ${group.branches} branches: median ${formatMultiple(group.median)} of ${group.count}`,
        ),
      ),
    ];
  });
}

function shift(mode: EvaluationMode, modes: readonly EvaluationMode[]): number {
  return Math.min(0.34, 0.8 / modes.length) * (modes.indexOf(mode) - (modes.length - 1) / 2);
}

/** Spreads neighbours evenly over [-1, 1] (multiples of the golden ratio). */
function wobble(index: number): number {
  return 2 * ((index * 0.618034) % 1) - 1;
}
