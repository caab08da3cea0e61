import { beforeAll, expect, test } from 'vitest';
import { clockTime, durationOf, figuresOf, stateIndexAt, stepClock, verdictOf } from '../src/race.ts';
import { createRunRecord, type RunRecord } from '../src/run-state.ts';
import { readExample, recordRun } from './record-run.ts';

let parallel: RunRecord;
let sequential: RunRecord;
beforeAll(async () => {
  const question = await readExample('planning');
  parallel = await recordRun(question, { mode: 'parallel' });
  sequential = await recordRun(question, { mode: 'sequential' });
});

test('the state at a time is the last that had come up by then', () => {
  const duration = durationOf(parallel);
  for (let clock = 0; clock <= duration + 50; clock += 7) {
    const expected = parallel.states.findLastIndex((state) => clockTime(parallel, state) <= clock);
    expect(stateIndexAt(parallel, clock)).toBe(expected);
  }
});

test('steps forward reach every pass after the prompt, and steps back the same ones', () => {
  const forward = [0];
  while (forward.at(-1)! < durationOf(parallel)) forward.push(stepClock(parallel, forward.at(-1)!, 1));
  const back = [durationOf(parallel)];
  while (back.at(-1)! > 0) back.push(stepClock(parallel, back.at(-1)!, -1));
  expect(back.reverse()).toEqual(forward);
  expect(forward).toHaveLength(parallel.states.at(-1)!.passes + 1);
});

test('between two passes a step back goes to the earlier one', () => {
  const [, , , first, second] = parallel.states.map((state) => clockTime(parallel, state));
  expect(stepClock(parallel, (first! + second!) / 2, -1)).toBe(first);
});

test('the clock starts when the prompt has been read', () => {
  expect(parallel.promptReadAt).toBeGreaterThan(0);
  const { milliseconds, tokensPerSecond, tokens } = figuresOf(parallel, parallel.states.at(-1)!);
  expect(milliseconds).toBe(parallel.states.at(-1)!.at - parallel.promptReadAt!);
  expect(tokensPerSecond).toBeCloseTo((tokens * 1000) / milliseconds);
});

test('the verdict compares both runs once they are over', () => {
  expect(verdictOf(parallel, createRunRecord('sequential'))).toBeUndefined();
  const verdict = verdictOf(parallel, sequential)!;
  expect(verdict.speedup).toBeCloseTo(durationOf(sequential) / durationOf(parallel));
  expect(verdict.sameText).toBe(true);
  expect(verdict.parallel.passes).toBeLessThan(verdict.sequential.passes);
});
