/** @throws TypeError unless all are texts of at least one character. */
export function requireStops(stop: readonly string[]): readonly string[] {
  if (Array.isArray(stop) && stop.every((text) => typeof text === 'string' && text !== '')) return stop;
  throw new TypeError(`stop must be a list of texts, none empty, got ${JSON.stringify(stop)}`);
}
