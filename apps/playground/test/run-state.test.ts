import type { DecodeEvent } from '@beltline/decoder';
import { beforeAll, describe, expect, test } from 'vitest';
import type { RunRecord, RunState } from '../src/run-state.ts';
import { readExample, recordRun, replay } from './record-run.ts';

const stepsOf = (state: RunState) =>
  state.sections.flatMap((section) => (section.type === 'block' ? section.steps : []));

describe.each([
  { mode: 'parallel', join: 'recompute' },
  { mode: 'parallel', join: 'reuse' },
  { mode: 'sequential' },
] as const)('a recorded run %o', (options) => {
  let run: RunRecord;
  beforeAll(async () => {
    run = await recordRun(await readExample('documents'), options);
  });

  test('ends with the answer and the figures of its result', () => {
    const last = run.states.at(-1)!;
    const { document, statistics } = last.result!;
    const shown = last.sections.map((section) =>
      section.type === 'text'
        ? section.text.trim()
        : section.steps.map(({ title, text }) => ({ title, text: text.trim() })),
    );
    const expected = document.sections.map((section) =>
      section.type === 'text'
        ? section.text.trim()
        : section.steps.map(({ title, body }) => ({ title, text: body.trim() })),
    );
    expect(shown).toEqual(expected);
    expect(stepsOf(last)).toHaveLength(6);
    expect(last.passes).toBe(statistics.forwardPasses);
    expect(last.answerTokens).toBe(statistics.answerTokens);
    expect(last.rows).toBe(run.mask.length);
    expect(last.stage).toBeUndefined();
  });

  test('has one state for each pass, which is what its events up to there give', () => {
    const passes = run.events.filter(({ event }) => event.type === 'pass').length;
    expect(run.states).toHaveLength(passes + 1);
    for (const index of [1, 2, Math.floor(passes / 2), passes - 1]) {
      const next = run.events.findIndex(
        ({ event }, position) =>
          event.type === 'pass' &&
          run.events.slice(0, position).filter((before) => before.event.type === 'pass').length === index,
      );
      expect(replay(run, run.events.slice(0, next)).states.at(-1)).toEqual(run.states[index]);
    }
  });

  test('never goes back in time, passes, rows or tokens', () => {
    for (const [index, state] of run.states.slice(1).entries()) {
      const before = run.states[index]!;
      for (const key of ['at', 'passes', 'rows', 'answerTokens'] as const) {
        expect(state[key], key).toBeGreaterThanOrEqual(before[key]);
      }
    }
  });
});

test('branches of a parallel run advance together, each on a strand of its own', async () => {
  const run = await recordRun(await readExample('documents'), { mode: 'parallel' });
  const middle = run.states.find((state) => state.stage === 'branches' && state.passes > 45)!;
  const steps = stepsOf(middle);
  expect(steps.map(({ state }) => state)).toEqual(Array(6).fill('decoding'));
  expect(steps.every(({ text }) => text.includes('about'))).toBe(true);
  expect(steps.map(({ strand }) => strand)).toEqual([1, 2, 3, 4, 5, 6]);
});

test('each block has its own steps, and one that was of no use goes alone', () => {
  const started = (branch: number, block: number, title: string) =>
    ({ type: 'branch-start', branch, block, title }) as const;
  const events: DecodeEvent[] = [
    { type: 'stage-start', stage: 'outline' },
    started(0, 0, 'one'),
    started(1, 0, 'two'),
    { type: 'stage-start', stage: 'branches' },
    { type: 'strand-start', strand: 1, parents: [0] },
    { type: 'strand-start', strand: 2, parents: [0] },
    { type: 'branch-delta', branch: 1, text: ' b' },
    { type: 'branch-end', branch: 1, finishReason: 'stop' },
    { type: 'branch-end', branch: 0, finishReason: 'stop' },
    { type: 'stage-start', stage: 'conclusion' },
    { type: 'strand-start', strand: 3, parents: [1] },
    { type: 'text-delta', stage: 'conclusion', text: '\nSo:\n\n' },
    { type: 'stage-start', stage: 'outline' },
    started(2, 1, 'one'),
    { type: 'stage-start', stage: 'branches' },
    { type: 'strand-start', strand: 4, parents: [3] },
    { type: 'branch-delta', branch: 2, text: ' c' },
    { type: 'branch-end', branch: 2, finishReason: 'stop' },
    { type: 'stage-start', stage: 'conclusion' },
    { type: 'text-delta', stage: 'conclusion', text: '\nAnd\n\n' },
    { type: 'stage-start', stage: 'outline' },
    started(3, 2, 'last'),
    { type: 'fallback', reason: 'unclosed-outline' },
  ];
  const run = replay(
    { mode: 'parallel' } as RunRecord,
    events.map((event, at) => ({ at, event })),
  );
  const done = { state: 'done' };
  expect(run.states.at(-1)!.sections).toEqual([
    {
      type: 'block',
      steps: [
        { ...done, title: 'one', text: '', strand: 1 },
        { ...done, title: 'two', text: ' b', strand: 2 },
      ],
    },
    { type: 'text', text: '\nSo:\n\n' },
    { type: 'block', steps: [{ ...done, title: 'one', text: ' c', strand: 4 }] },
    { type: 'text', text: '\nAnd\n\n' },
  ]);
});

test('an outline that was of no use leaves no empty steps behind', () => {
  const run = replay({ mode: 'parallel' } as RunRecord, [
    { at: 0, event: { type: 'stage-start', stage: 'outline' } },
    { at: 1, event: { type: 'text-delta', stage: 'outline', text: 'Well.\n\n' } },
    { at: 2, event: { type: 'branch-start', branch: 0, block: 0, title: 'one' } },
    { at: 3, event: { type: 'fallback', reason: 'unclosed-outline' } },
    { at: 4, event: { type: 'stage-start', stage: 'sequential' } },
    { at: 5, event: { type: 'text-delta', stage: 'sequential', text: 'No steps.' } },
  ]);
  const { sections } = run.states.at(-1)!;
  expect(sections).toEqual([{ type: 'text', text: 'Well.\n\nNo steps.' }]);
});
