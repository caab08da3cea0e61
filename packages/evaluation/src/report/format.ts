import type { Interval } from '../wilson-interval.ts';

/** A share in percent. */
export function formatShare(share: number): string {
  return `${(100 * share).toFixed(0)}%`;
}

/** A difference of shares, in percentage points with its sign. */
export function formatDifference(difference: number): string {
  const points = (100 * difference).toFixed(1);
  return difference > 0 ? `+${points}` : points.replace('-', '−').replace(/^−0\.0$/, '0.0');
}

/** A multiple. */
export function formatMultiple(ratio: number): string {
  return `${ratio.toFixed(ratio < 10 ? 2 : 1)}×`;
}

/** A time in ms, in the unit that fits. */
export function formatMilliseconds(milliseconds: number): string {
  if (milliseconds >= 10_000) return `${(milliseconds / 1000).toFixed(1)} s`;
  if (milliseconds >= 1000) return `${(milliseconds / 1000).toFixed(2)} s`;
  return `${milliseconds.toFixed(milliseconds > 0 && milliseconds < 10 ? 1 : 0)} ms`;
}

/** A probability. */
export function formatProbability(p: number): string {
  return p < 0.001 ? 'p < 0.001' : `p = ${p.toFixed(p < 0.1 ? 3 : 2)}`;
}

/** Both ends of an interval. */
export function formatInterval({ low, high }: Interval, format: (value: number) => string): string {
  return `${format(low)} to ${format(high)}`;
}

/** A number of things with the noun in the form that fits. */
export function formatNumber(count: number, noun: string): string {
  return `${count.toLocaleString('en-US')} ${noun}${count === 1 ? '' : 's'}`;
}
