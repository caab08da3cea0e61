import stringWidth from 'string-width';
import { cleanText, formatAnswerText, wrapAnswer } from './answer-text.ts';
import type { SectionView, StepView } from './answer-view.ts';
import type { Style } from './style.ts';
import { fitEnd, fitStart, padEnd } from './text-width.ts';
import { wrapTail } from './wrap.ts';

/** Size of what can be drawn, in columns and rows. */
export interface FrameSize {
  readonly columns: number;
  readonly rows: number;
}

export interface FrameOptions {
  readonly size: FrameSize;
  readonly style: Style;
  /** Whether steps are drawn as lanes, one line each, or as the text that they are. */
  readonly layout: 'lanes' | 'text';
  /** What is going on, for the last line. */
  readonly status: string;
}

/** Draws a running generation: what comes before the steps, the steps, what comes after them, and the status. */
export function drawFrame(sections: readonly SectionView[], options: FrameOptions): string[] {
  const { size, style, layout } = options;
  const status = style.dim(fitStart(options.status, size.columns));
  if (size.rows <= 2) return size.rows > 0 ? [status] : [];
  const body =
    layout === 'lanes'
      ? drawParts(sections, size.columns, size.rows - 2, style)
      : dropBlankStart(wrapAnswer(sections, size.columns, style).slice(2 - size.rows));
  return body.length > 0 ? [...body, '', status] : [status];
}

function drawParts(sections: readonly SectionView[], columns: number, rows: number, style: Style): string[] {
  const at = sections.findLastIndex(({ type }) => type === 'block');
  const block = sections[at];
  const steps = block?.type === 'block' ? block.steps : [];
  const tail = (part: readonly SectionView[]) => {
    const text = formatAnswerText(part, style);
    return text === '' ? [] : wrapTail(text, columns, rows);
  };
  const before = tail(sections.slice(0, Math.max(0, at)));
  const after = tail(sections.slice(at + 1));
  const share = shareRows(rows, { before: before.length, lanes: steps.length, after: after.length });
  const parts = [
    dropBlankStart(before.slice(before.length - share.before)),
    drawLanes(steps, columns, share.lanes, style),
    dropBlankStart(after.slice(after.length - share.after)),
  ].filter((part) => part.length > 0);
  return parts.flatMap((part, index) => (index > 0 ? ['', ...part] : part));
}

function dropBlankStart(lines: readonly string[]): readonly string[] {
  const first = lines.findIndex((line) => line !== '');
  return lines.slice(Math.max(0, first));
}

interface Rows {
  readonly before: number;
  readonly lanes: number;
  readonly after: number;
}

/** Shares the rows out: as many lanes as fit, but some lines of what is being written stay in sight. */
export function shareRows(rows: number, wanted: Rows): Rows {
  const gaps = Math.max(0, Object.values(wanted).filter((count) => count > 0).length - 1);
  const room = Math.max(1, rows - gaps);
  const leastAfter = Math.min(wanted.after, room < 10 ? 1 : 3);
  const leastBefore = Math.min(wanted.before, room < 10 ? 0 : 2);
  const lanes = Math.min(wanted.lanes, Math.max(1, room - leastAfter - leastBefore));
  const after = Math.min(wanted.after, Math.max(0, room - lanes - leastBefore));
  const before = Math.min(wanted.before, room - lanes - after);
  return { before, lanes, after };
}

const marks: Record<StepView['state'], string> = { waiting: '○', decoding: '●', done: '✓' };

/** One line per step; where there are too many, the last line stands for those that are left out. */
export function drawLanes(steps: readonly StepView[], columns: number, rows: number, style: Style): string[] {
  if (rows <= 0) return [];
  const shown = steps.length <= rows ? steps : chooseLanes(steps, rows - 1);
  const titles = shown.map(({ title }) => oneLine(title));
  const widest = Math.max(0, ...titles.map((title) => stringWidth(title)));
  const titleWidth = Math.min(widest, Math.max(10, Math.floor(columns / 3)), columns - 2);
  const lanes = shown.map((step, index) => {
    const title = padEnd(fitStart(titles[index]!, titleWidth), titleWidth);
    const text = fitEnd(oneLine(step.text), columns - titleWidth - 4);
    const lane = `${drawMark(step, style)} ${style.bold(title)}`;
    return text === '' ? lane.trimEnd() : `${lane}  ${step.state === 'done' ? style.dim(text) : text}`;
  });
  const left = steps.filter((step) => !shown.includes(step));
  return left.length > 0 ? [...lanes, drawFold(left, columns, style)] : lanes;
}

/** The steps being decoded come before the finished ones, but all keep their order. */
function chooseLanes(steps: readonly StepView[], count: number): StepView[] {
  const open = steps.filter(({ state }) => state !== 'done').slice(0, count);
  const done = steps.filter(({ state }) => state === 'done').slice(0, count - open.length);
  return steps.filter((step) => open.includes(step) || done.includes(step));
}

function drawFold(left: readonly StepView[], columns: number, style: Style): string {
  const count = `… ${left.length} more`;
  const room = columns - stringWidth(count) - 2;
  if (room < left.length) return style.dim(fitStart(count, columns));
  return `${style.dim(count)}  ${left.map((step) => drawMark(step, style)).join('')}`;
}

function drawMark({ state }: StepView, style: Style): string {
  const mark = marks[state];
  switch (state) {
    case 'waiting':
      return style.dim(mark);
    case 'decoding':
      return style.cyan(mark);
    case 'done':
      return style.green(mark);
    default:
      return state satisfies never;
  }
}

function oneLine(text: string): string {
  return cleanText(text).replaceAll(/\s+/g, ' ').trim();
}
