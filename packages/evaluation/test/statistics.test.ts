import {
  comparePairs,
  median,
  medianInterval,
  signTest,
  spreadOf,
  wilsonInterval,
} from '@beltline/evaluation';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

/** Solves `f(x) = 0` on a range at whose ends f has different signs. */
function bisect(f: (x: number) => number, low: number, high: number): number {
  const sign = Math.sign(f(low));
  for (let step = 0; step < 60; step++) {
    const middle = (low + high) / 2;
    if (Math.sign(f(middle)) === sign) low = middle;
    else high = middle;
  }
  return low;
}

/** The shares that a score test (z = 1.96) just does not reject, searched for from the observed share on both sides. */
function invertScoreTest(successes: number, trials: number) {
  const observed = successes / trials;
  const excess = (share: number) =>
    (observed - share) ** 2 * trials - 1.959963984540054 ** 2 * share * (1 - share);
  return {
    low: successes === 0 ? 0 : bisect(excess, 0, observed),
    high: successes === trials ? 1 : bisect(excess, 1, observed),
  };
}

const outcomes = (count: number) =>
  Array.from({ length: 2 ** count }, (_, bits) =>
    Array.from({ length: count }, (_, index) => (bits >> index) & 1),
  );

const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);

describe("Wilson's interval", () => {
  it('holds just the shares that a score test does not reject', () => {
    for (const trials of [1, 2, 7, 30, 500]) {
      for (let successes = 0; successes <= trials; successes += Math.ceil(trials / 9)) {
        const { low, high } = wilsonInterval(successes, trials);
        const expected = invertScoreTest(successes, trials);
        expect(low).toBeCloseTo(expected.low, 9);
        expect(high).toBeCloseTo(expected.high, 9);
      }
    }
  });

  it('is everything without a trial, and refuses what no count can be', () => {
    expect(wilsonInterval(0, 0)).toEqual({ low: 0, high: 1 });
    for (const [successes, trials] of [
      [3, 2],
      [-1, 2],
      [0.5, 2],
      [0, Number.NaN],
    ] as const) {
      expect(() => wilsonInterval(successes, trials)).toThrow(RangeError);
    }
  });
});

describe('the sign test', () => {
  it('gives the share of all tosses that are at least as uneven', () => {
    for (let minus = 0; minus <= 6; minus++) {
      for (let plus = 0; plus <= 6; plus++) {
        const all = outcomes(minus + plus);
        const uneven = all.filter((tosses) => {
          const heads = sum(tosses);
          return Math.abs(2 * heads - tosses.length) >= Math.abs(plus - minus);
        });
        expect(signTest(minus, plus)).toBeCloseTo(uneven.length / all.length, 12);
      }
    }
  });

  it('stays exact where powers of two are too small for a number', () => {
    expect(signTest(1000, 1000)).toBe(1);
    // 2 * P(at most 950 of 2000), by the normal distribution with a correction for continuity: 2 * Phi(-2.2137).
    expect(signTest(950, 1050)).toBeCloseTo(0.0268, 3);
    expect(signTest(0, 3000)).toBeLessThan(1e-300);
  });
});

describe('the comparison of pairs', () => {
  it("gives Newcombe's published interval", () => {
    const { interval } = comparePairs({ bothRight: 36, onlyFirst: 2, onlySecond: 12, bothWrong: 0 });
    expect(interval.low).toBeCloseTo(0.0569, 4);
    expect(interval.high).toBeCloseTo(0.3404, 4);
  });

  it('is what the raw answers give, by their own correlation where that is not above 0', () => {
    const answer = fc.tuple(fc.boolean(), fc.boolean());
    const property = fc.property(fc.array(answer, { minLength: 1, maxLength: 40 }), (answers) => {
      const count = (first: boolean, second: boolean) =>
        answers.filter(([a, b]) => a === first && b === second).length;
      const counts = {
        bothRight: count(true, true),
        onlyFirst: count(true, false),
        onlySecond: count(false, true),
        bothWrong: count(false, false),
      };
      const { difference, interval, pValue } = comparePairs(counts);
      const [first, second] = [answers.map(([a]) => Number(a)), answers.map(([, b]) => Number(b))];
      const total = answers.length;
      expect(difference).toBeCloseTo((sum(second) - sum(first)) / total, 12);
      expect(interval.low).toBeLessThanOrEqual(difference);
      expect(interval.high).toBeGreaterThanOrEqual(difference);
      expect(interval.low).toBeGreaterThanOrEqual(-1 - 1e-9);
      expect(interval.high).toBeLessThanOrEqual(1 + 1e-9);
      const mirrored = comparePairs({
        ...counts,
        onlyFirst: counts.onlySecond,
        onlySecond: counts.onlyFirst,
      });
      expect(mirrored.interval.low).toBeCloseTo(-interval.high, 9);
      expect(mirrored.pValue).toBe(pValue);
      const phi = correlation(first, second);
      if (phi > 0) return;
      const [one, two] = [invertScoreTest(sum(first), total), invertScoreTest(sum(second), total)];
      const [a, b] = [sum(second) / total - two.low, one.high - sum(first) / total];
      const low = difference - Math.sqrt(a * a - 2 * phi * a * b + b * b);
      expect(interval.low).toBeCloseTo(low, 7);
    });
    fc.assert(property, { seed: 7, numRuns: 300 });
  });

  it('holds the true difference in about 95% of all possible samples', () => {
    const trials = 20;
    for (const [p11, p10, p01] of [
      [0.5, 0.1, 0.1],
      [0.2, 0.3, 0.1],
      [0.8, 0.05, 0.1],
      [0.05, 0.02, 0.2],
    ] as const) {
      const covered = coverage([p11, p10, p01], trials);
      expect(covered).toBeGreaterThan(0.93);
      expect(covered).toBeLessThan(0.995);
    }
  });
});

/** Pearson's correlation; 0 where one of the two does not vary. */
function correlation(first: readonly number[], second: readonly number[]): number {
  const [meanOfFirst, meanOfSecond] = [sum(first) / first.length, sum(second) / second.length];
  const product = sum(first.map((value, index) => (value - meanOfFirst) * (second[index]! - meanOfSecond)));
  const scale = Math.sqrt(
    sum(first.map((value) => (value - meanOfFirst) ** 2)) *
      sum(second.map((value) => (value - meanOfSecond) ** 2)),
  );
  return scale === 0 ? 0 : product / scale;
}

/** Probability that the interval holds the true difference, summed over every outcome of so many trials. */
function coverage([p11, p10, p01]: readonly [number, number, number], trials: number): number {
  const p00 = 1 - p11 - p10 - p01;
  let covered = 0;
  for (let a = 0; a <= trials; a++) {
    for (let b = 0; a + b <= trials; b++) {
      for (let c = 0; a + b + c <= trials; c++) {
        const d = trials - a - b - c;
        const { interval } = comparePairs({ bothRight: a, onlyFirst: b, onlySecond: c, bothWrong: d });
        if (interval.low > p01 - p10 || interval.high < p01 - p10) continue;
        const ways = factorial(trials) / (factorial(a) * factorial(b) * factorial(c) * factorial(d));
        covered += ways * p11 ** a * p10 ** b * p01 ** c * p00 ** d;
      }
    }
  }
  return covered;
}

function factorial(n: number): number {
  return n < 2 ? 1 : n * factorial(n - 1);
}

describe('the spread', () => {
  it('puts the quartiles where a quarter of the steps between the values lies below', () => {
    expect(spreadOf([5, 1, 3, 2, 4])).toEqual({
      count: 5,
      min: 1,
      lowerQuartile: 2,
      median: 3,
      upperQuartile: 4,
      max: 5,
    });
    expect(median([4, 1])).toBe(2.5);
    expect(spreadOf([7])).toMatchObject({ min: 7, lowerQuartile: 7, upperQuartile: 7, max: 7 });
    expect(() => spreadOf([])).toThrow(RangeError);
  });
});

describe("the median's interval", () => {
  it('misses the true median in at most 5% of all samples, and would miss it more often if it were narrower', () => {
    for (let count = 6; count <= 14; count++) {
      // Whether each value lies above the true median is a coin toss; ranks are all that the interval goes by.
      const { low, high } = medianInterval(Array.from({ length: count }, (_, index) => index))!;
      const missed = (from: number, to: number) => {
        const all = outcomes(count);
        return (
          all.filter((tosses) => from >= count - sum(tosses) || to < count - sum(tosses)).length / all.length
        );
      };
      expect(missed(low, high)).toBeLessThanOrEqual(0.05);
      expect(missed(low + 1, high - 1)).toBeGreaterThan(0.05);
    }
  });

  it('needs six values', () => {
    expect(medianInterval([1, 2, 3, 4, 5])).toBeUndefined();
    expect(medianInterval([6, 1, 2, 3, 4, 5])).toEqual({ low: 1, high: 6 });
  });
});
