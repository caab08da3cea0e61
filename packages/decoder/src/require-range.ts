/** @throws RangeError that says what was expected, unless it holds. */
export function requireRange(name: string, value: unknown, expected: string, holds: boolean): void {
  if (!holds) throw new RangeError(`${name} must be ${expected}, got ${value}`);
}

/** @throws RangeError unless the value is an integer of at least 1. */
export function atLeastOne(name: string, value: number): number {
  requireRange(name, value, 'an integer of at least 1', Number.isInteger(value) && value >= 1);
  return value;
}
