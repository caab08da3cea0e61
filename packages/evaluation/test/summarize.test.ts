import { summarize } from '@beltline/evaluation';
import { expect, it } from 'vitest';
import { createRecord, createRecords } from './records.ts';

const modes = ['sequential', 'recompute'] as const;

it('counts who is right where, and only problems that all modes have answered', () => {
  const records = createRecords({ sequential: '++--+', recompute: '+-+-' });
  const [summary, ...others] = summarize(records, modes);
  expect(others).toEqual([]);
  expect(summary).toMatchObject({ task: 'documents', problems: 4 });
  expect(summary!.modes.map(({ right }) => right)).toEqual([2, 2]);
  expect(summary!.comparisons[0]).toMatchObject({
    baseline: 'sequential',
    mode: 'recompute',
    pairs: { bothRight: 1, onlyFirst: 1, onlySecond: 1, bothWrong: 1, difference: 0, pValue: 1 },
  });
});

it('summarises each task and, where there are several, all of them', () => {
  const records = [
    ...createRecords({ sequential: '++', recompute: '+-' }),
    ...createRecords({ sequential: '-', recompute: '-' }, 'planning'),
  ];
  const rights = summarize(records, modes).map(({ task, problems, modes }) => [
    task,
    problems,
    ...modes.map(({ right }) => right),
  ]);
  expect(rights).toEqual([
    ['documents', 2, 2, 1],
    ['planning', 1, 0, 0],
    ['all', 3, 2, 1],
  ]);
});

it('takes ratios problem by problem, and rates by tokens, so that shorter answers are no faster', () => {
  const records = [
    createRecord({ problem: 'a', answerTokens: 100, milliseconds: 200, forwardPasses: 100 }),
    createRecord({ problem: 'a', mode: 'recompute', answerTokens: 50, milliseconds: 50, forwardPasses: 25 }),
    createRecord({ problem: 'b', answerTokens: 100, milliseconds: 300, forwardPasses: 100 }),
    createRecord({
      problem: 'b',
      mode: 'recompute',
      answerTokens: 100,
      milliseconds: 100,
      forwardPasses: 20,
    }),
  ];
  const { speedup, time, forwardPasses } = summarize(records, modes)[0]!.comparisons[0]!;
  expect(speedup).toMatchObject({ count: 2, min: 2, median: 2.5, max: 3, interval: undefined });
  expect(time).toMatchObject({ min: 3, max: 4 });
  expect(forwardPasses).toMatchObject({ min: 4, max: 5 });
});

it('adds stages up to the whole, though not every answer has all of them', () => {
  const stage = (name: 'outline' | 'branches' | 'sequential', milliseconds: number) => ({
    stage: name,
    tokens: 10,
    forwardPasses: 5,
    milliseconds,
  });
  const records = [
    createRecord({ problem: 'a', milliseconds: 100, stages: [stage('branches', 60), stage('outline', 40)] }),
    createRecord({
      problem: 'b',
      milliseconds: 300,
      fallback: 'empty-title',
      stages: [stage('outline', 20), stage('sequential', 280)],
    }),
  ];
  const [summary] = summarize(records, ['sequential'])[0]!.modes;
  expect(summary!.stages.map(({ stage, milliseconds }) => [stage, milliseconds])).toEqual([
    ['outline', 30],
    ['branches', 30],
    ['sequential', 140],
  ]);
  expect(summary).toMatchObject({ milliseconds: 200, fallbacks: { 'empty-title': 1 } });
});

it('counts a prompt that was refused as wrong, and leaves it out of tokens and times', () => {
  const refused = {
    correct: false,
    reason: 'no-answer',
    failure: 'PROMPT_TOO_LONG',
    answerTokens: 0,
    forwardPasses: 0,
    milliseconds: 0,
    stages: [],
  } as const;
  const records = [
    createRecord({ problem: 'a' }),
    createRecord({ problem: 'a', mode: 'recompute' }),
    createRecord({ problem: 'b', ...refused }),
    createRecord({ problem: 'b', mode: 'recompute', ...refused }),
  ];
  const [summary] = summarize(records, modes);
  expect(summary!.modes[1]).toMatchObject({ right: 1, failures: 1, answerTokens: 100, milliseconds: 200 });
  expect(summary!.comparisons[0]!.time).toMatchObject({ count: 1 });
});

it('says nothing where nothing is complete', () => {
  expect(summarize(createRecords({ sequential: '++' }), modes)).toEqual([]);
});
