/** Places values on a line: the ends of the domain lie at the ends of the range. */
export type Scale = (value: number) => number;

/** @param domain from a value to a larger one. @param range from one pixel to another. */
export function linearScale(
  [from, to]: readonly [number, number],
  [start, end]: readonly [number, number],
): Scale {
  return (value) => start + ((value - from) / (to - from)) * (end - start);
}

/** Round numbers from 0 to `max` or just above it, about `count` of them. */
export function ticks(max: number, count: number): number[] {
  const rough = (max > 0 ? max : 1) / count;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = power * [1, 2, 2.5, 5, 10].find((factor) => factor * power >= rough * 0.999)!;
  const steps = Math.max(1, Math.ceil((max > 0 ? max : 1) / step - 1e-9));
  return Array.from({ length: steps + 1 }, (_, index) => Number((index * step).toPrecision(12)));
}
