/** A range that holds the true value in 95% of all samples, both ends included. */
export interface Interval {
  readonly low: number;
  readonly high: number;
}

/** The normal distribution's quantile for a two-sided 95%. */
export const normalQuantile = 1.959963984540054;

/**
 * Wilson's 95% score interval of a share: the true shares that a score test of these counts would not reject.
 *
 * Unlike the textbook's interval it keeps within [0, 1] and holds for few problems and for shares near the ends. Without
 * any trial it is all of [0, 1]. Source: Wilson, J. Am. Stat. Assoc. 22 (1927).
 *
 * @throws RangeError unless both are whole numbers and 0 <= successes <= trials.
 *
 * @example
 * wilsonInterval(17, 100); // { low: 0.109, high: 0.255 }
 */
export function wilsonInterval(successes: number, trials: number): Interval {
  if (!(Number.isInteger(successes) && Number.isInteger(trials) && 0 <= successes && successes <= trials)) {
    throw new RangeError(
      `expected whole numbers with 0 <= successes <= trials, got ${successes} of ${trials}`,
    );
  }
  if (trials === 0) return { low: 0, high: 1 };
  const share = successes / trials;
  const squared = normalQuantile ** 2;
  const scale = 1 + squared / trials;
  const center = (share + squared / (2 * trials)) / scale;
  const spread =
    (normalQuantile / scale) * Math.sqrt((share * (1 - share)) / trials + squared / (4 * trials ** 2));
  // At the ends of the scale the interval ends there too, but for rounding.
  return {
    low: successes === 0 ? 0 : center - spread,
    high: successes === trials ? 1 : center + spread,
  };
}
