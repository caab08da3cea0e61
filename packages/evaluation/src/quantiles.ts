import type { Interval } from './wilson-interval.ts';

/** How measured values are spread. */
export interface Spread {
  readonly count: number;
  readonly min: number;
  /** A quarter of the values is at most this. */
  readonly lowerQuartile: number;
  readonly median: number;
  readonly upperQuartile: number;
  readonly max: number;
}

/** @throws RangeError if there is no value. */
export function spreadOf(values: readonly number[]): Spread {
  if (values.length === 0) throw new RangeError('expected at least one value, got none');
  const sorted = values.toSorted((a, b) => a - b);
  return {
    count: sorted.length,
    min: sorted[0]!,
    lowerQuartile: quantile(sorted, 0.25),
    median: quantile(sorted, 0.5),
    upperQuartile: quantile(sorted, 0.75),
    max: sorted.at(-1)!,
  };
}

/** The value below which a share of the sorted values lies, on the line between two neighbours. */
function quantile(sorted: readonly number[], share: number): number {
  const place = share * (sorted.length - 1);
  const below = Math.floor(place);
  const [low, high] = [sorted[below]!, sorted[Math.min(below + 1, sorted.length - 1)]!];
  return low + (place - below) * (high - low);
}

/** The median. @throws RangeError if there is no value. */
export function median(values: readonly number[]): number {
  return spreadOf(values).median;
}

/**
 * 95% interval of the median, whatever the distribution: from the k-th smallest to the k-th largest value, where k is the
 * largest for which a fair coin seldom enough (2.5%) shows fewer than k heads in as many tosses as there are values.
 * Fewer than six values cannot give one: undefined.
 */
export function medianInterval(values: readonly number[]): Interval | undefined {
  const sorted = values.toSorted((a, b) => a - b);
  const { length } = sorted;
  let logTerm = -length * Math.LN2;
  let tail = 0;
  let rank = 0;
  while (rank < length) {
    tail += Math.exp(logTerm);
    if (tail > 0.025) break;
    logTerm += Math.log((length - rank) / (rank + 1));
    rank++;
  }
  return rank === 0 ? undefined : { low: sorted[rank - 1]!, high: sorted[length - rank]! };
}
