import type { BackendErrorCode } from '../errors.ts';

/** Throws unless `condition` holds; every assertion of the suite ends here, so that any runner can report it. */
export function assert(condition: boolean, message: string): asserts condition {
  if (!condition) throw new Error(message);
}

/** Compares whole numbers one by one; `actual` and `expected` are of equal length. */
export function assertSame(actual: ArrayLike<number>, expected: ArrayLike<number>, what: string): void {
  const shown = `${what}: expected [${Array.from(expected)}], got [${Array.from(actual)}]`;
  assert(actual.length === expected.length, shown);
  for (let index = 0; index < expected.length; index++) assert(actual[index] === expected[index], shown);
}

/** Compares two rows of logits; NaN is never close to anything. */
export function assertClose(
  actual: ArrayLike<number>,
  expected: ArrayLike<number>,
  tolerance: number,
  what: string,
): void {
  assert(
    actual.length === expected.length,
    `${what}: expected ${expected.length} values, got ${actual.length}`,
  );
  for (let index = 0; index < expected.length; index++) {
    const difference = Math.abs(actual[index]! - expected[index]!);
    assert(
      difference <= tolerance,
      `${what}: value ${index} is ${actual[index]}, expected ${expected[index]} within ${tolerance}`,
    );
  }
}

/** Compares rows of logits; see {@link assertClose}. */
export function assertRowsClose(
  actual: readonly ArrayLike<number>[],
  expected: readonly ArrayLike<number>[],
  tolerance: number,
  what: string,
): void {
  assert(
    actual.length === expected.length,
    `${what}: expected ${expected.length} rows, got ${actual.length}`,
  );
  expected.forEach((row, index) => {
    assertClose(actual[index]!, row, tolerance, `${what}, row ${index}`);
  });
}

/** How a call must fail: with a built-in error class, or with a `BackendError` of this code. */
export type ExpectedFailure = 'RangeError' | 'TypeError' | BackendErrorCode;

/** Runs `attempt`, which may throw or reject, and checks how it fails. */
export async function assertFails(
  attempt: () => unknown,
  expected: ExpectedFailure,
  what: string,
): Promise<void> {
  let failure: unknown;
  try {
    await attempt();
  } catch (error) {
    failure = error;
  }
  assert(failure !== undefined, `${what}: expected ${expected}, but it succeeded`);
  assert(failure instanceof Error, `${what}: expected an Error, got ${String(failure)}`);
  const kind = 'code' in failure ? failure.code : failure.name;
  assert(kind === expected, `${what}: expected ${expected}, got ${String(kind)}: ${failure.message}`);
}
