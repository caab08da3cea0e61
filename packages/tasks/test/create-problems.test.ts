import { describe, expect, it } from 'vitest';
import { createProblems, type ProblemFamily } from '../src/index.ts';

const families: ProblemFamily[] = ['documents', 'planning'];

/** How often a text stands in another one. */
function occurrences(text: string, part: string): number {
  return text.split(part).length - 1;
}

describe.each(families)('createProblems, family %s', (family) => {
  it('makes the same problems for the same seed, and fewer are the first of more', () => {
    const problems = createProblems({ family, seed: 3, count: 20 });
    expect(createProblems({ family, seed: 3, count: 20 })).toEqual(problems);
    expect(createProblems({ family, seed: 3, count: 5 })).toEqual(problems.slice(0, 5));
    expect(createProblems({ family, seed: 3 })).toEqual(problems.slice(0, 1));
  });

  it('makes different problems for different seeds and positions', () => {
    const problems = Array.from({ length: 50 }, (_, seed) =>
      createProblems({ family, seed, count: 4 }),
    ).flat();
    expect(new Set(problems.map(({ prompt }) => prompt)).size).toBe(200);
    expect(new Set(problems.map(({ id }) => id)).size).toBe(200);
  });

  it('keeps to the number of items asked for', () => {
    const sizes = (items?: number | { min: number; max: number }) => {
      const problems = createProblems({ family, seed: 5, count: 60, ...(items !== undefined && { items }) });
      return new Set(problems.map((problem) => problem.items.length));
    };
    expect(sizes()).toEqual(new Set([3, 4]));
    expect(sizes(10)).toEqual(new Set([10]));
    expect(sizes({ min: 2, max: 4 })).toEqual(new Set([2, 3, 4]));
    expect(sizes(32)).toEqual(new Set([32]));
  });

  it('writes plain ASCII without markers', () => {
    for (const { prompt } of createProblems({ family, seed: 6, count: 300 })) {
      expect(prompt).toMatch(/^[\n -~]+$/);
      expect(prompt).not.toMatch(/####|%%%%|\.{6}/);
    }
  });

  it.each([
    { seed: 1.5 },
    { seed: 2 ** 32 },
    { seed: 1, count: -1 },
    { seed: 1, items: 1 },
    { seed: 1, items: 33 },
    { seed: 1, items: { min: 5, max: 4 } },
  ])('refuses %j', (options) => {
    expect(() => createProblems({ family, ...options })).toThrow(RangeError);
  });
});

describe('documents problems', () => {
  const problems = createProblems({ family: 'documents', seed: 11, count: 2000, items: { min: 3, max: 8 } });

  it('hold every document, and the gold answer exactly once', () => {
    for (const { prompt, items, gold } of problems) {
      items.forEach((item, index) => {
        expect(occurrences(prompt, `Document ${index + 1}: ${item}\n`)).toBe(1);
      });
      expect(occurrences(prompt, gold)).toBe(1);
    }
  });

  it('ask about a subject that stands in the gold document and in no other', () => {
    for (const { prompt, items, gold } of problems) {
      const question = /Question: (.*\?) Please/.exec(prompt)![1]!;
      const subject = /^(.*?) (?:is|was|has|died|lives|works|studied|makes) /;
      const asked = items.filter((item) => question.includes(subject.exec(item)![1]!));
      expect(asked).toEqual(items.filter((item) => item.includes(gold)));
      expect(asked).toHaveLength(1);
    }
  });

  it('put the gold document at every position equally often', () => {
    const counts = [0, 0, 0, 0];
    // A new seed for each problem: neighbouring seeds must not favour a position.
    for (let seed = 0; seed < 2000; seed += 1) {
      const [problem] = createProblems({ family: 'documents', seed, items: 4 });
      counts[problem!.items.findIndex((item) => item.includes(problem!.gold))]! += 1;
    }
    // 500 each, with a standard deviation of 19.
    for (const count of counts) expect(Math.abs(count - 500)).toBeLessThan(80);
  });
});

describe('planning problems', () => {
  it('name each aspect once, and quote the topic in the gold line', () => {
    for (const { prompt, items, gold } of createProblems({ family: 'planning', seed: 12, count: 500 })) {
      for (const item of items) expect(prompt.match(new RegExp(`\\b${item}\\b`, 'g'))).toHaveLength(1);
      const topic = /^Taken together, these aspects give a clear picture of (.*)\.$/.exec(gold)![1]!;
      expect(occurrences(prompt, topic)).toBe(1);
    }
  });
});
