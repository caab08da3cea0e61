import { describe, expect, it } from 'vitest';
import { kindsOf } from '../src/create-problems.ts';
import { createProblems, generateProblems, type ProblemFamily } from '../src/index.ts';

const families: ProblemFamily[] = ['retrieval', 'documents', 'planning'];

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
    expect(sizes({ min: 3, max: 5 })).toEqual(new Set([3, 4, 5]));
    expect(sizes(32)).toEqual(new Set([32]));
  });

  it.each(['evaluation', 'training'] as const)(
    'writes English in plain ASCII, and no markers, for %s',
    (split) => {
      for (const difficulty of [1, 2, 3] as const) {
        const options = { family, seed: 6, count: 100, difficulty, split };
        for (const { prompt } of createProblems(options)) {
          expect(prompt).toMatch(/^[\n\t -~]+$/);
          expect(prompt).not.toMatch(/####|%%%%|\.{6}|undefined|\{(?!answer\})\w+\}/);
        }
        for (const { prompt } of createProblems({ ...options, language: 'zh' })) {
          expect(prompt).toMatch(/\p{Script=Han}/u);
          expect(prompt).not.toMatch(/####|%%%%|\.{6}|undefined|\{[A-Za-z]+\}/);
        }
      }
    },
  );

  it('draws kinds by their weights', () => {
    const other = kindsOf[family].at(-1)!;
    const problems = createProblems({ family, seed: 7, count: 1000, kind: { 'one-block': 3, [other]: 1 } });
    const share = problems.filter(({ kind }) => kind === other).length;
    // 250, with a standard deviation of 14.
    expect(Math.abs(share - 250)).toBeLessThan(60);
  });

  it('says what the problem is', () => {
    const options = { kind: 'direct', language: 'zh', difficulty: 2, split: 'training' } as const;
    const [problem] = createProblems({ family, seed: 8, ...options });
    expect(problem).toMatchObject({ id: `${family}-training-8-0`, family, ...options });
  });

  it.each([
    { seed: 1.5 },
    { seed: 2 ** 32 },
    { seed: 1, count: -1 },
    { seed: 1, items: 1 },
    { seed: 1, items: 101 },
    { seed: 1, items: { min: 5, max: 4 } },
    { seed: 1, kind: {} },
    { seed: 1, kind: { 'one-block': 0 } },
    { seed: 1, kind: family === 'planning' ? 'refusal' : 'nested' } as const,
    { seed: 1, difficulty: 4 as 3 },
    { seed: 1, language: 'fr' as 'en' },
    { seed: 1, split: 'test' as 'training' },
  ])('refuses %j', (options) => {
    expect(() => generateProblems({ family, ...options })).toThrow(RangeError);
  });
});
