import { type Interval, wilsonInterval } from './wilson-interval.ts';

/** Problems that two modes have both answered, by who was right. */
export interface PairCounts {
  readonly bothRight: number;
  readonly onlyFirst: number;
  readonly onlySecond: number;
  readonly bothWrong: number;
}

/** What pairs say about the difference between two modes. */
export interface PairComparison extends PairCounts {
  /** Share that the second is right minus share that the first is right. */
  readonly difference: number;
  /** 95% interval of the difference. */
  readonly interval: Interval;
  /** Two-sided exact p-value: how often chance alone would tell the two at least this far apart. */
  readonly pValue: number;
}

/**
 * Compares two modes on the same problems.
 *
 * The p-value is McNemar's exact test, a sign test over the problems that only one of them got right. The interval is
 * Newcombe's (method 10: Wilson's intervals of both shares, squared and added, with the correlation corrected), from
 * Statistics in Medicine 17 (1998), 2635-2650; it holds for few problems too.
 *
 * @throws RangeError unless all counts are whole numbers of at least 0.
 *
 * @example
 * comparePairs({ bothRight: 115, onlyFirst: 11, onlySecond: 0, bothWrong: 24 }).pValue; // 0.001
 */
export function comparePairs(counts: PairCounts): PairComparison {
  const { bothRight, onlyFirst, onlySecond, bothWrong } = counts;
  const total = bothRight + onlyFirst + onlySecond + bothWrong;
  const first = bothRight + onlyFirst;
  const second = bothRight + onlySecond;
  const difference = total === 0 ? 0 : (onlySecond - onlyFirst) / total;
  return {
    ...counts,
    difference,
    interval: total === 0 ? { low: -1, high: 1 } : newcombeInterval(counts, first, second, total),
    pValue: signTest(onlyFirst, onlySecond),
  };
}

/** Squares and adds the distances from both shares to the ends of their intervals, less what they have in common. */
function newcombeInterval(counts: PairCounts, first: number, second: number, total: number): Interval {
  const phi = correlation(counts, first, second, total);
  const [shareOfFirst, shareOfSecond] = [first / total, second / total];
  const [ofFirst, ofSecond] = [wilsonInterval(first, total), wilsonInterval(second, total)];
  const distance = (a: number, b: number) => Math.sqrt(Math.max(0, a * a - 2 * phi * a * b + b * b));
  const difference = shareOfSecond - shareOfFirst;
  return {
    low: difference - distance(shareOfSecond - ofSecond.low, ofFirst.high - shareOfFirst),
    high: difference + distance(ofSecond.high - shareOfSecond, shareOfFirst - ofFirst.low),
  };
}

/** Correlation of being right; a positive one is drawn towards 0, since few pairs overstate it. */
function correlation(counts: PairCounts, first: number, second: number, total: number): number {
  const scale = Math.sqrt(first * (total - first) * second * (total - second));
  if (scale === 0) return 0;
  const product = counts.bothRight * counts.bothWrong - counts.onlyFirst * counts.onlySecond;
  return (product > 0 ? Math.max(0, product - total / 2) : product) / scale;
}

/**
 * Two-sided p-value of so many signs to either side, if each were a toss of a fair coin.
 *
 * @throws RangeError unless both are whole numbers of at least 0.
 */
export function signTest(minus: number, plus: number): number {
  for (const count of [minus, plus]) {
    if (Number.isInteger(count) && count >= 0) continue;
    throw new RangeError(`expected whole numbers of at least 0, got ${minus} and ${plus}`);
  }
  const tosses = minus + plus;
  let logTerm = -tosses * Math.LN2;
  let tail = 0;
  // In logarithms: 2 ** -tosses is 0 from 1075 tosses on.
  for (let heads = 0; heads <= Math.min(minus, plus); heads++) {
    tail += Math.exp(logTerm);
    logTerm += Math.log((tosses - heads) / (heads + 1));
  }
  return Math.min(1, 2 * tail);
}
