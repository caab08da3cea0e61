import { describe, expect, it } from 'vitest';
import { createProblems } from '../src/index.ts';

/** How often a text stands in another one. */
function occurrences(text: string, part: string): number {
  return text.split(part).length - 1;
}

const many = { family: 'documents', count: 500, items: { min: 3, max: 30 } } as const;

describe.each([1, 2, 3] as const)('documents problems, difficulty %i', (difficulty) => {
  const problems = createProblems({ ...many, seed: 11, difficulty });

  it('hold every document, and the gold answer exactly once', () => {
    for (const { prompt, items, gold } of problems) {
      items.forEach((item, index) => {
        expect(occurrences(prompt, ` ${index + 1}: ${item}\n`)).toBe(1);
      });
      expect(occurrences(prompt, gold)).toBe(1);
    }
  });

  it('ask about the subject of the gold document', () => {
    for (const { prompt, items, gold, task } of problems) {
      const [question] = task.questions;
      const position = items.findIndex((item) => item.includes(gold));
      expect(prompt).toContain(question!.question);
      expect(question!.question).toContain(task.documents[position]!.subject);
      // Where another document has the same subject, it leaves the answer out.
      const same = task.documents.filter(({ subject }) => subject === question!.subject);
      if (difficulty < 3) expect(same).toHaveLength(1);
    }
  });

  it('leave the answer out where they are refusals', () => {
    let known = 0;
    const refusals = createProblems({ ...many, seed: 12, difficulty, kind: 'refusal' });
    for (const { prompt, gold, task } of refusals) {
      expect(gold).toBe('none of them');
      const [question] = task.questions;
      expect(prompt).not.toContain(question!.answer);
      if (task.documents.some(({ subject }) => subject === question!.subject)) known += 1;
    }
    // Half of them are about a subject that the documents know: 250, with a standard deviation of 11.
    expect(Math.abs(known - 250)).toBeLessThan(50);
  });
});

describe('documents problems', () => {
  it('put the gold document at every position equally often', () => {
    const counts = [0, 0, 0, 0];
    for (let seed = 0; seed < 2000; seed += 1) {
      const [problem] = createProblems({ family: 'documents', seed, items: 4 });
      counts[problem!.items.findIndex((item) => item.includes(problem!.gold))]! += 1;
    }
    // 500 each, with a standard deviation of 19.
    for (const count of counts) expect(Math.abs(count - 500)).toBeLessThan(80);
  });

  it('ask two questions with two answers', () => {
    for (const { prompt, goldKeys } of createProblems({ ...many, seed: 13, kind: 'two-questions' })) {
      expect(prompt).toMatch(/Question 1: .*\nQuestion 2: /);
      expect(new Set(goldKeys).size).toBe(2);
    }
  });

  it('say nothing that contradicts another document', () => {
    for (const { task } of createProblems({ ...many, seed: 14, difficulty: 3 })) {
      const facts = task.documents.flatMap(({ facts }) => facts.map(({ sentence }) => sentence));
      const countries = facts.filter((sentence) => /is a city in|lies in|is the capital of/.test(sentence));
      const places = countries.map((sentence) => sentence.split(/ is | lies /)[0]);
      expect(new Set(places).size).toBe(places.length);
    }
  });
});
