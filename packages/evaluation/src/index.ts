export { comparePairs, type PairComparison, type PairCounts, signTest } from './compare-pairs.ts';
export { median, medianInterval, type Spread, spreadOf } from './quantiles.ts';
export { type Interval, wilsonInterval } from './wilson-interval.ts';
