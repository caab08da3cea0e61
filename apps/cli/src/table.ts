import stringWidth from 'string-width';
import type { Style } from './render/style.ts';
import { padEnd, padStart } from './render/text-width.ts';

/** A line of a table: what it is about, then its values; `sub` puts it below the line before. */
export interface TableRow {
  readonly label: string;
  readonly values: readonly string[];
  readonly kind?: 'normal' | 'sub' | 'total';
}

export interface TableOptions {
  readonly style: Style;
  /** Columns that there are room for; where that is not enough, the table is drawn as narrow as it can be. */
  readonly columns: number;
}

/** Draws values in columns, right-aligned, to the right of the labels. */
export function drawTable(
  head: readonly string[],
  rows: readonly TableRow[],
  options: TableOptions,
): string[] {
  const { style } = options;
  const lines = [{ label: '', values: head }, ...rows.map((row) => ({ ...row, label: labelOf(row) }))];
  const widths = head.map((_, column) => widest(lines.map(({ values }) => values[column] ?? '')));
  const labelWidth = widest(lines.map(({ label }) => label));
  const widthWith = (gap: number) => widths.reduce((sum, width) => sum + gap + width, labelWidth);
  const gap = widthWith(3) <= options.columns ? 3 : 1;

  const [top, ...rest] = lines.map(({ label, values }) => {
    const cells = widths.map((width, index) => padStart(values[index] ?? '', width));
    return [padEnd(label, labelWidth), ...cells].join(' '.repeat(gap)).trimEnd();
  });
  return [
    style.dim(top!),
    ...rows.flatMap(({ kind }, index) => {
      const line = rest[index]!;
      if (kind === 'total') return [style.dim('─'.repeat(widthWith(gap))), style.bold(line)];
      return [kind === 'sub' ? style.dim(line) : line];
    }),
  ];
}

function labelOf({ label, kind }: TableRow): string {
  return kind === 'sub' ? `  ${label}` : label;
}

function widest(texts: readonly string[]): number {
  return Math.max(...texts.map((text) => stringWidth(text)));
}

/** A number of things, with separators. */
export function formatCount(count: number): string {
  return count.toLocaleString('en-US');
}

/** A time in ms, in the unit that fits. */
export function formatTime(milliseconds: number): string {
  return milliseconds < 1000 ? `${Math.round(milliseconds)} ms` : `${(milliseconds / 1000).toFixed(2)} s`;
}

/** Minutes and seconds, with hours where they are needed. */
export function formatDuration(seconds: number): string {
  const whole = Math.ceil(seconds);
  const two = (value: number) => String(value).padStart(2, '0');
  const minutes = Math.floor(whole / 60);
  if (minutes < 60) return `${minutes}:${two(whole % 60)}`;
  return `${Math.floor(minutes / 60)}:${two(minutes % 60)}:${two(whole % 60)}`;
}

/** A number per second. */
export function formatRate(rate: number): string {
  return rate < 100 ? rate.toFixed(1) : formatCount(Math.round(rate));
}

/** A number of bytes, in the decimal unit that fits. */
export function formatSize(bytes: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB'];
  let size = bytes;
  let unit = 0;
  // What would be rounded to 1000 belongs to the next unit.
  while (unit < units.length - 1 && size >= 999.5) {
    size /= 1000;
    unit += 1;
  }
  return `${unit === 0 || size >= 99.95 ? Math.round(size) : size.toFixed(1)} ${units[unit]}`;
}

/** How many times as much `before` is as `after`; nothing where that cannot be said. */
export function formatRatio(before: number, after: number): string {
  return before > 0 && after > 0 ? `${(before / after).toFixed(2)}x` : '';
}
