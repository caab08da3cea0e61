import fc from 'fast-check';
import { expect, test } from 'vitest';
import { shareTokens } from '../src/token-share.ts';
import type { Writer } from '../src/writer.ts';

const branch = (count: number, ended: boolean) =>
  ({ chosen: Array(count).fill(1), finishReason: ended ? 'stop' : undefined }) as Partial<Writer> as Writer;

/** Gives every branch that wants more one token, step by step, as long as all of them can have one. */
function shareInLockStep(wanted: readonly number[], tokens: number): number {
  let left = tokens;
  for (let step = 0; ; step++) {
    const live = wanted.filter((count) => count > step).length;
    if (live > left) return step;
    left -= live;
  }
}

test('tokens are shared as lock step does it, whoever has got them first', () => {
  const lengths = fc.array(fc.integer({ min: 0, max: 12 }), { maxLength: 6 });
  fc.assert(
    fc.property(
      lengths,
      fc.integer({ min: 1, max: 4 }),
      fc.integer({ min: 0, max: 60 }),
      (ended, live, tokens) => {
        const wanted = [...ended, ...Array(live).fill(Infinity)];
        const share = shareInLockStep(wanted, tokens);
        // Those that have ended did so within their share.
        fc.pre(ended.every((count) => count <= share));
        const branches = [
          ...ended.map((count) => branch(count, true)),
          ...Array(live).fill(branch(0, false)),
        ];
        expect(shareTokens(branches, tokens)).toBe(share);
      },
    ),
    { seed: 2503, numRuns: 500 },
  );
  expect(shareTokens([branch(3, false)], Infinity)).toBe(Infinity);
});
