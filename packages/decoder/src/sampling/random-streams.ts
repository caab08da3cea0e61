/** The random stream of the trunk. */
export const trunkStream = 0;

/**
 * Gives each branch a random stream by what it starts with, `[branch]` from `[branch][token]`.
 *
 * So a branch draws the same whatever stands beside it and in whatever order; branches that start alike are told apart
 * by their order among themselves.
 */
export function assignStreams(starts: readonly (readonly number[])[]): number[] {
  const seen = new Map<string, number>();
  return starts.map((tokens) => {
    const key = tokens.join();
    const earlier = seen.get(key) ?? 0;
    seen.set(key, earlier + 1);
    return hash([...tokens, earlier]);
  });
}

/** FNV-1a over 32-bit values. */
function hash(values: readonly number[]): number {
  return values.reduce((sum, value) => Math.imul(sum ^ value, 0x01000193), 0x811c9dc5 | 0);
}
