/** A time in ms, as seconds. */
export function formatSeconds(milliseconds: number): string {
  const digits = milliseconds < 10_000 ? 2 : 1;
  return `${(milliseconds / 1000).toFixed(digits)} s`;
}

/** Tokens per second, or a dash where there are none yet. */
export function formatRate(tokensPerSecond: number | undefined): string {
  if (tokensPerSecond === undefined) return '–';
  return tokensPerSecond.toFixed(tokensPerSecond < 10 ? 1 : 0);
}

/** Which run was faster, by sequential time over parallel time. */
export function formatSpeedup(speedup: number): string {
  const faster = speedup >= 1 ? 'parallel' : 'sequential';
  return `${faster} was ${Math.max(speedup, 1 / speedup).toFixed(2)} times as fast`;
}
