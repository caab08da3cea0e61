import { uniformInt } from 'pure-rand/distribution/uniformInt';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import { skipN } from 'pure-rand/utils/skipN';

/** Seeded choices. */
export interface Random {
  /** A whole number from `min` to `max`, both included. */
  integer(min: number, max: number): number;
  /** True in this share of cases, from 0 to 1. */
  chance(share: number): boolean;
  pick<T>(choices: readonly T[]): T;
  /** One of at least one choice, by their weights above 0. */
  pickWeighted<T>(choices: readonly (readonly [choice: T, weight: number])[]): T;
  /** That many different choices, in random order. */
  sample<T>(choices: readonly T[], count: number): T[];
}

export function createRandom(seed: number): Random {
  const generator = xoroshiro128plus(seed);
  // The first numbers of neighbouring seeds resemble each other.
  skipN(generator, 64);

  const integer = (min: number, max: number) => uniformInt(generator, min, max);
  return {
    integer,
    chance: (share) => integer(0, 9999) < share * 10_000,
    pick: (choices) => choices[integer(0, choices.length - 1)]!,
    pickWeighted(choices) {
      const total = choices.reduce((sum, [, weight]) => sum + weight, 0);
      let rest = (integer(0, 999_999) / 1_000_000) * total;
      for (const [choice, weight] of choices) {
        if (rest < weight) return choice;
        rest -= weight;
      }
      return choices.at(-1)![0];
    },
    sample(choices, count) {
      const pool = [...choices];
      for (let index = 0; index < count; index += 1) {
        const other = integer(index, pool.length - 1);
        [pool[index], pool[other]] = [pool[other]!, pool[index]!];
      }
      return pool.slice(0, count);
    },
  };
}
