import { describe, expect, it } from 'vitest';
import { kindsOf } from '../src/create-problems.ts';
import {
  createProblems,
  type Problem,
  type Section,
  toJsonLine,
  writeFacts,
  writeSolution,
} from '../src/index.ts';

const problems = (['retrieval', 'documents'] as const).flatMap((family) =>
  kindsOf[family].flatMap((kind) =>
    (['en', 'zh'] as const).flatMap((language) =>
      createProblems({
        family,
        kind,
        language,
        seed: 61,
        count: 240,
        split: 'training',
      }),
    ),
  ),
);
const stated = problems.flatMap((problem) =>
  writeFacts(problem)
    .flat()
    .map((fact) => ({ problem, ...fact })),
);
const records = stated.filter(({ problem }) => problem.family === 'retrieval');
const documents = stated.filter(({ problem }) => problem.family === 'documents');

function bodiesOf(problem: Problem): string[] {
  const blocks = (writeSolution(problem).sections as Section[]).filter((section) => section.type === 'block');
  return blocks.flatMap(({ steps }) => steps.map(({ body }) => body as string));
}

describe('facts', () => {
  it('are taken from the item that the step is about', () => {
    expect(Math.min(records.length, documents.length)).toBeGreaterThan(500);
    for (const { problem, title, body } of stated) {
      if (problem.family === 'retrieval') {
        expect(problem.items.find((item) => item.includes(title))).toContain(body.trim().slice(0, -1));
      } else {
        expect(problem.items.filter((item) => item.includes(body.trim()))).toHaveLength(1);
      }
    }
  });

  it('begin like steps of other questions', () => {
    const bodies = problems.flatMap(bodiesOf);
    for (const given of new Set(records.map((fact) => fact.given))) {
      expect(bodies.some((body) => body.startsWith(given))).toBe(true);
    }
    // Without the subject, which another document has.
    const form = (given: string, subject: string) => given.replaceAll(subject, '');
    const quoting = problems.flatMap((problem) => {
      if (problem.family !== 'documents') return [];
      const { subject } = problem.task.questions[0]!;
      return bodiesOf(problem).map((body) => form(body, subject));
    });
    for (const { problem, title, given } of documents) {
      if (problem.family !== 'documents') continue;
      const { subject } = problem.task.documents.find((document) => document.title === title)!;
      expect(quoting.some((body) => body.startsWith(form(given, subject)))).toBe(true);
    }
  });

  it('leave out what is asked', () => {
    for (const problem of problems) {
      const bodies = bodiesOf(problem);
      for (const { given } of writeFacts(problem).flat()) {
        expect(bodies.some((body) => body.startsWith(given))).toBe(false);
      }
    }
  });

  it('stand in a line of a data set only where they are given', () => {
    const [problem] = problems;
    const solution = writeSolution(problem!);
    expect(JSON.parse(toJsonLine(problem!, solution))).not.toHaveProperty('facts');
    const facts = writeFacts(problem!);
    expect(JSON.parse(toJsonLine(problem!, solution, facts)).facts).toEqual(facts);
  });
});
