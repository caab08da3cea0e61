import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { createProblems, type Scorable, type ScoreReason, scoreAnswer } from '../src/index.ts';

interface Expected {
  family: 'documents' | 'planning' | 'retrieval';
  kind: string;
  gold: string;
  goldKeys: string[];
  labels: string[];
  sequentialText: string;
  parallelText: string;
}

const fixture = new URL('../../../fixtures/tiny/expected.jsonl', import.meta.url);
const answered = readFileSync(fixture, 'utf8')
  .trim()
  .split('\n')
  .map((line): Expected => JSON.parse(line))
  .map(({ sequentialText, parallelText, ...problem }) => ({
    problem: { ...problem, task: { details: [] } } as Scorable,
    answers: [sequentialText, parallelText].map((text) => text.replace('<|im_end|>', '')),
  }));

describe('scoreAnswer', () => {
  it('scores the embedded model’s expected answers as a reader does', () => {
    // One mark per problem: b both right, s sequential only, p parallel only, - neither.
    const marks = answered.map(({ problem, answers }) => {
      const [sequential, parallel] = answers.map((text) => scoreAnswer(problem, text).correct);
      return sequential ? (parallel ? 'b' : 's') : parallel ? 'p' : '-';
    });
    expect(marks.join('')).toBe('bbbbbbbbbbbb-bb-bbbbbbbb');
  });

  it('rejects right answers after an altered final line', () => {
    for (const { problem, answers } of answered.filter(({ problem: { family } }) => family !== 'planning')) {
      for (const answer of answers) {
        if (!scoreAnswer(problem, answer).correct) continue;
        expect(scoreAnswer(problem, `${answer}x`).correct).toBe(false);
        expect(scoreAnswer(problem, answer.slice(0, -2)).correct).toBe(false);
        expect(scoreAnswer({ ...problem, goldKeys: ['other'] }, answer).correct).toBe(false);
      }
    }
  });

  it('rejects right plans whose steps are altered, and no others', () => {
    for (const { problem, answers } of answered.filter(({ problem: { family } }) => family === 'planning')) {
      for (const answer of answers) {
        if (!scoreAnswer(problem, answer).correct) continue;
        expect(scoreAnswer(problem, `${answer}\nBye.`).correct).toBe(true);
        expect(scoreAnswer(problem, answer.replace('####', '#### more ')).correct).toBe(false);
        expect(
          scoreAnswer(problem, answer.slice(0, answer.lastIndexOf('####', answer.length / 2))).correct,
        ).toBe(false);
      }
    }
  });
});

describe('scoreAnswer, documents', () => {
  const [problem] = createProblems({ family: 'documents', seed: 9 });
  const { gold } = problem!;

  it.each<[string, string, ScoreReason, string | undefined]>([
    ['a plain answer', `Answer: ${gold}`, 'right', gold],
    ['more text before and white space around', `It says so.\n  Answer:  ${gold} \n\n`, 'right', gold],
    ['the last of several lines', `Answer: no\nAnswer: ${gold}`, 'right', gold],
    ['an answer that is taken back', `Answer: ${gold}\nAnswer: no`, 'wrong-answer', 'no'],
    ['an answer inside a step', `####a: x\nAnswer: ${gold}\n\n####%%%%\nSo.`, 'no-answer-line', undefined],
    ['an answer with more text', `Answer: ${gold}, I think`, 'wrong-answer', `${gold}, I think`],
    ['no answer line', `The answer is ${gold}.`, 'no-answer-line', undefined],
    ['nothing', '', 'no-answer-line', undefined],
  ])('reads %s', (_, text, reason, found) => {
    expect(scoreAnswer(problem!, text)).toEqual({
      correct: reason === 'right',
      expected: gold,
      found,
      reason,
    });
  });
});

describe('scoreAnswer, two questions', () => {
  const [problem] = createProblems({ family: 'retrieval', seed: 9, kind: 'two-questions', language: 'zh' });
  const [first, second] = problem!.goldKeys;

  it.each<[string, string, ScoreReason]>([
    ['both lines, in any order', `姓名2：${second}\n姓名1: ${first}`, 'right'],
    ['one line', `姓名1：${first}`, 'no-answer-line'],
    ['a wrong line', `姓名1：${first}\n姓名2：无`, 'wrong-answer'],
  ])('reads %s', (_, text, reason) => {
    expect(scoreAnswer(problem!, text).reason).toBe(reason);
  });
});

describe('scoreAnswer, planning', () => {
  const [problem] = createProblems({ family: 'planning', seed: 9, items: 3 });
  const { gold, items } = problem!;
  const write = (titles: readonly string[], body = 'good.') =>
    `${titles.map((title) => `#### ${title}: ${body}\n\n`).join('')}####%%%%\nDone.\n`;

  it.each<[string, string, ScoreReason]>([
    ['steps in another order', write(items.toReversed()), 'right'],
    ['steps in capitals', write(items.map((item) => item.toUpperCase())), 'right'],
    ['a step too few', write(items.slice(1)), 'missing-step'],
    ['a step twice', write([...items, items[0]!]), 'repeated-step'],
    ['a step about something else', write([...items, 'other']), 'unexpected-step'],
    ['steps without text', write(items, ''), 'empty-step'],
    ['a plain answer', gold, 'missing-step'],
  ])('reads %s', (_, text, reason) => {
    const score = scoreAnswer(problem!, text);
    expect(score).toMatchObject({ correct: reason === 'right', expected: gold, reason });
  });
});

describe('scoreAnswer, nested planning', () => {
  const [problem] = createProblems({ family: 'planning', seed: 9, items: 2, kind: 'nested' });
  const { items, task } = problem!;
  const [first, second] = items as [string, string];
  const write = (titles: readonly string[]) => titles.map((title) => `####${title}: good.\n\n`).join('');

  it.each<[string, readonly string[], ScoreReason]>([
    ['all steps', [first, ...task.details, second, ...task.details], 'right'],
    ['an aspect without its steps', [first, ...task.details, second], 'missing-step'],
    ['aspects alone', items, 'missing-step'],
    ['a step twice', [first, ...task.details, task.details[0]!, second, ...task.details], 'repeated-step'],
    ['steps before their aspect', [...task.details, first, second, ...task.details], 'unexpected-step'],
  ])('reads %s', (_, titles, reason) => {
    expect(scoreAnswer(problem!, write(titles)).reason).toBe(reason);
  });

  const inside = (titles: readonly string[], body = 'good.') =>
    `${titles.map((title) => `>####${title}: ${body}\n\n`).join('')}>####%%%%\nDone.\n\n`;
  const plan = (...bodies: readonly string[]) =>
    `${items.map((item, index) => `####${item}: Well.\n\n${bodies[index]}`).join('')}####%%%%\nDone.`;
  const { details } = task;

  it.each<[string, string, ScoreReason]>([
    ['all steps', plan(inside(details), inside(details.toReversed())), 'right'],
    ['an aspect without its steps', plan(inside(details), ''), 'missing-step'],
    // Branches that look for no deeper blocks end at the first `####`, and the sign before it is left over.
    ['what is left where nested blocks are not decoded', plan('>\n\n', '>\n\n'), 'missing-step'],
    ['a step twice', plan(inside(details), inside([...details, details[0]!])), 'repeated-step'],
    ['another step', plan(inside(details), inside([...details, 'other'])), 'unexpected-step'],
    ['steps without text', plan(inside(details, ''), inside(details)), 'empty-step'],
  ])('reads, with signs, %s', (_, answer, reason) => {
    expect(scoreAnswer(problem!, answer).reason).toBe(reason);
  });

  it('does not take the text of its steps for that of an aspect', () => {
    const answer = plan(inside(details), inside(details)).replace(' Well.', '').replace('\nDone.', '');
    expect(scoreAnswer(problem!, answer).reason).toBe('empty-step');
  });
});

describe('scoreAnswer, direct planning', () => {
  const [problem] = createProblems({ family: 'planning', seed: 9, kind: 'direct' });
  const { gold } = problem!;

  it.each<[string, string, ScoreReason]>([
    ['a text that names the aspect', `On ${gold.toUpperCase()}: be quick.`, 'right'],
    ['a text that does not', 'Be quick.', 'wrong-answer'],
    ['steps', `####${gold}: be quick.\n\n####%%%%`, 'unexpected-step'],
  ])('reads %s', (_, text, reason) => {
    expect(scoreAnswer(problem!, text).reason).toBe(reason);
  });
});
