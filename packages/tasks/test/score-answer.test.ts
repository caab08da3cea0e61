import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { createProblems, type Problem, type ScoreReason, scoreAnswer } from '../src/index.ts';

interface Expected {
  family: 'docqa' | 'plan' | 'retrieval';
  prompt: string;
  gold: string;
  sequentialText: string;
  parallelText: string;
}

const fixture = new URL('../../../fixtures/tiny/expected.jsonl', import.meta.url);
const answered = readFileSync(fixture, 'utf8')
  .trim()
  .split('\n')
  .map((line): Expected => JSON.parse(line))
  .filter(({ family }) => family !== 'retrieval')
  .map(({ family, prompt, gold, sequentialText, parallelText }) => ({
    problem: problemOf(family, prompt, gold),
    answers: [sequentialText, parallelText].map((text) => text.replace('<|im_end|>', '')),
  }));

function problemOf(family: string, prompt: string, gold: string): Problem {
  const common = { id: 'expected', prompt, gold };
  if (family === 'docqa') {
    return { ...common, family: 'documents', items: prompt.match(/(?<=Document \d: ).*/g)! };
  }
  const aspects = /(?:aspects|terms) of (.*?)\.?$/.exec(prompt)![1]!;
  return { ...common, family: 'planning', items: aspects.split(/,? and |, /) };
}

/** A right answer in the format. */
function rightAnswer(problem: Problem): string {
  const step = (title: string) => `####${title}: something.\n\n`;
  if (problem.family === 'planning') {
    return `Well.\n\n${problem.items.map((item) => step(` ${item}`)).join('')}####%%%%\n${problem.gold}`;
  }
  const steps = problem.items.map((_, index) => step(`Document ${index + 1}`)).join('');
  return `Well.\n\n${steps}####%%%%\nDocument 1 gives the answer.\nAnswer: ${problem.gold}`;
}

describe('scoreAnswer', () => {
  it('scores the embedded model’s expected answers as a reader does', () => {
    // One mark per problem: b both right, s sequential only, p parallel only, - neither.
    const marks = answered.map(({ problem, answers }) => {
      const [sequential, parallel] = answers.map((text) => scoreAnswer(problem, text).correct);
      return sequential ? (parallel ? 'b' : 's') : parallel ? 'p' : '-';
    });
    expect(marks.join('')).toBe('bbbbbb-bpsb-bbbbbbpb');
  });

  it('rejects right answers after an altered final line', () => {
    for (const { problem, answers } of answered) {
      for (const answer of answers) {
        if (!scoreAnswer(problem, answer).correct) continue;
        expect(scoreAnswer(problem, `${answer}x`).correct).toBe(false);
        expect(scoreAnswer(problem, answer.slice(0, -2)).correct).toBe(false);
        expect(scoreAnswer({ ...problem, gold: 'other' }, answer).correct).toBe(false);
      }
    }
  });

  it('accepts right answers to generated problems', () => {
    for (const family of ['documents', 'planning'] as const) {
      for (const problem of createProblems({ family, seed: 8, count: 50 })) {
        expect(scoreAnswer(problem, rightAnswer(problem))).toEqual({
          correct: true,
          expected: problem.gold,
          found: problem.gold,
          reason: 'right',
        });
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

describe('scoreAnswer, planning', () => {
  const [problem] = createProblems({ family: 'planning', seed: 9, items: 3 });
  const { gold, items } = problem!;
  const write = (titles: readonly string[], body = 'good.', last = gold) =>
    `${titles.map((title) => `#### ${title}: ${body}\n\n`).join('')}####%%%%\n${last}\n`;

  it.each<[string, string, ScoreReason]>([
    ['steps in another order', write(items.toReversed()), 'right'],
    ['a step too few', write(items.slice(1)), 'missing-step'],
    ['a step twice', write([...items, items[0]!]), 'repeated-step'],
    ['a step about something else', write([...items, 'other']), 'unexpected-step'],
    ['steps without text', write(items, ''), 'empty-step'],
    ['another conclusion', write(items, 'good.', 'Done.'), 'wrong-conclusion'],
    ['no conclusion', write(items, 'good.', ''), 'wrong-conclusion'],
    ['text after the gold line', write(items, 'good.', `${gold}\nBye.`), 'wrong-conclusion'],
    ['a plain answer', gold, 'missing-step'],
  ])('reads %s', (_, text, reason) => {
    expect(scoreAnswer(problem!, text)).toMatchObject({
      correct: reason === 'right',
      expected: gold,
      reason,
    });
  });
});
