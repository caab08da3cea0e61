/** A stream of pseudo-random choices, the same for the same seed everywhere. */
export interface Random {
  /** A whole number in `[0, end)`. */
  below(end: number): number;
  /** Some of the values in their order, at least one. */
  subset<Value>(values: readonly Value[]): Value[];
}

/** Starts a stream; a 32-bit xorshift generator, which is random enough to choose test cases. */
export function createRandom(seed: number): Random {
  let state = (seed * 0x9e3779b9) | 1;
  const below = (end: number): number => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % end;
  };
  return {
    below,
    subset(values) {
      const some = values.filter(() => below(2) === 0);
      return some.length > 0 ? some : [values[below(values.length)]!];
    },
  };
}
