import { type AnswerSection, formatAnswer, parseAnswer } from '@beltline/format';
import { describe, expect, it } from 'vitest';
import { kindsOf } from '../src/create-problems.ts';
import {
  createProblems,
  formatSolution,
  type Problem,
  type ProblemFamily,
  type Section,
  scoreAnswer,
  writeSolution,
} from '../src/index.ts';

const families: ProblemFamily[] = ['retrieval', 'documents', 'planning'];
const cases = families.flatMap((family) =>
  kindsOf[family].flatMap((kind) => (['en', 'zh'] as const).map((language) => ({ family, kind, language }))),
);

function blocksOf(sections: readonly Section[]) {
  return sections.filter((section) => section.type === 'block');
}

/** What was read, in the structure of a solution. */
function toSections(sections: readonly AnswerSection[]): Section[] {
  return sections.map((section) => {
    if (section.type === 'text') return section;
    const steps = section.steps.map(({ title, body, sections: inside }) => ({
      title,
      body: inside === undefined ? body : toSections(inside),
    }));
    return { type: 'block', steps };
  });
}

function shapeOf(problem: Problem): number[] {
  return blocksOf(writeSolution(problem).sections).map(({ steps }) => steps.length);
}

describe.each(cases)('solutions, $family $kind $language', (options) => {
  const problems = ([1, 2, 3] as const).flatMap((difficulty) =>
    (['training', 'evaluation'] as const).flatMap((split) => {
      const common = { seed: 41, count: 20, items: { min: 3, max: 12 }, difficulty, split };
      return createProblems({ ...options, ...common });
    }),
  );

  it('are right', () => {
    for (const problem of problems) {
      const score = scoreAnswer(problem, formatSolution(writeSolution(problem)));
      expect(score).toMatchObject({ correct: true, expected: problem.gold, reason: 'right' });
      if (problem.family !== 'planning') expect(score.found).toBe(problem.gold);
    }
  });

  it('are written as the format reads them', () => {
    for (const problem of problems) {
      const solution = writeSolution(problem);
      const text = formatSolution(solution);
      const document = parseAnswer(text);
      expect(formatAnswer(document)).toBe(text);
      expect(text).not.toMatch(/undefined|\{[a-z]+\}/);
      const nested = parseAnswer(text, { maxDepth: 2 });
      expect(nested.problems).toEqual([]);
      expect(toSections(nested.sections)).toEqual(solution.sections);
      // Without nesting, only a plan that has it reads otherwise.
      if (problem.kind !== 'nested') expect(nested).toEqual(document);
    }
  });
});

describe('the shape of solutions', () => {
  const options = { seed: 42, items: 5 } as const;
  const first = <T>(problems: readonly T[]) => problems[0]!;

  it('is a step for every item, in order', () => {
    for (const family of families)
      expect(shapeOf(first(createProblems({ family, ...options })))).toEqual([5]);
    const problem = first(createProblems({ family: 'retrieval', ...options }));
    const [block] = blocksOf(writeSolution(problem).sections);
    expect(block!.steps.map(({ title }) => title)).toEqual(problem.task.students.map(({ name }) => name));
  });

  it('is two blocks for two questions and for two rounds, and none for a direct question', () => {
    expect(
      shapeOf(first(createProblems({ family: 'documents', ...options, kind: 'two-questions' }))),
    ).toEqual([5, 5]);
    const [all, left] = shapeOf(
      first(createProblems({ family: 'retrieval', ...options, kind: 'two-rounds' })),
    );
    expect(all).toBe(5);
    expect(left).toBeLessThan(5);
    for (const family of families) {
      expect(shapeOf(first(createProblems({ family, ...options, kind: 'direct' })))).toEqual([]);
    }
  });

  it('has blocks inside of steps where the plan is nested', () => {
    const problem = first(createProblems({ family: 'planning', ...options, kind: 'nested' }));
    const [outer] = blocksOf(writeSolution(problem).sections);
    for (const { body } of outer!.steps) {
      const [inner] = blocksOf(body as Section[]);
      expect(inner!.steps.map(({ title }) => title)).toEqual(problem.task.details);
    }
  });

  it('restates the bounds in each body, with the verdict that the numbers give', () => {
    let checked = 0;
    for (const problem of createProblems({
      family: 'retrieval',
      seed: 43,
      count: 200,
      items: 10,
      difficulty: 3,
    })) {
      const [block] = blocksOf(writeSolution(problem).sections);
      for (const { title, body } of block!.steps) {
        const match = /is ([\d.]+), range is ([\d.]+) to ([\d.]+), so it is (\w+)\.(?: (.+) meets)?/.exec(
          String(body),
        );
        if (match === null) continue;
        const [value, low, high] = match.slice(1, 4).map(Number) as [number, number, number];
        const verdict = value < low ? 'below' : value > high ? 'above' : 'inside';
        expect(match[4]).toBe(verdict);
        expect(match[5]).toBe(verdict === 'inside' ? title : undefined);
        expect(title === problem.gold).toBe(verdict === 'inside');
        checked += 1;
      }
    }
    expect(checked).toBeGreaterThan(300);
  });
});
