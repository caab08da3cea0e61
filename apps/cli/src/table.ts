import stringWidth from 'string-width';
import type { Style } from './render/style.ts';
import { padEnd, padStart } from './render/text-width.ts';

/** A line of a table: what it is about, then its values; `sub` puts it below the line before. */
export interface TableRow {
  readonly label: string;
  readonly values: readonly string[];
  readonly kind?: 'normal' | 'sub' | 'total';
}

/** Draws columns of equal width on the right of the labels. */
export function drawTable(head: readonly string[], rows: readonly TableRow[], style: Style): string[] {
  const labelOf = ({ label, kind }: TableRow) => (kind === 'sub' ? `  ${label}` : label);
  const labelWidth = Math.max(...rows.map((row) => stringWidth(labelOf(row))));
  const widths = head.map((title, column) =>
    Math.max(stringWidth(title), ...rows.map(({ values }) => stringWidth(values[column] ?? ''))),
  );
  const drawLine = (label: string, values: readonly string[]) =>
    [padEnd(label, labelWidth), ...widths.map((width, index) => padStart(values[index] ?? '', width))]
      .join('   ')
      .trimEnd();

  const width = labelWidth + widths.reduce((sum, column) => sum + 3 + column, 0);
  return [
    style.dim(drawLine('', head)),
    ...rows.flatMap((row) => {
      const line = drawLine(labelOf(row), row.values);
      if (row.kind === 'total') return [style.dim('─'.repeat(width)), style.bold(line)];
      return [row.kind === 'sub' ? style.dim(line) : line];
    }),
  ];
}

/** A number of things, with separators. */
export function formatCount(count: number): string {
  return count.toLocaleString('en-US');
}

/** A time in ms, in the unit that fits. */
export function formatTime(milliseconds: number): string {
  return milliseconds < 1000 ? `${Math.round(milliseconds)} ms` : `${(milliseconds / 1000).toFixed(2)} s`;
}

/** A number per second. */
export function formatRate(rate: number): string {
  return rate < 100 ? rate.toFixed(1) : formatCount(Math.round(rate));
}

/** How many times as much `before` is as `after`; nothing where that cannot be said. */
export function formatRatio(before: number, after: number): string {
  return before > 0 && after > 0 ? `${(before / after).toFixed(2)}x` : '';
}
