import { describe, expect, it } from 'vitest';
import { createProblems, type ProblemKind } from '../src/index.ts';

interface Resume {
  name: string;
  age: number;
  gpa: number;
}

const resumePattern = /The student named (.+?) is (\d+) years old.*? with a GPA of (\d(?:\.\d+)?)\./g;

/** Reads the resumes of the paper's wording out of the prompt alone. */
function readResumes(prompt: string): Resume[] {
  return [...prompt.matchAll(resumePattern)].map(([, name, age, gpa]) => {
    return { name: name!, age: Number(age), gpa: Number(gpa) };
  });
}

/** Understands the questions of the paper's wording. */
function readQuestion(
  prompt: string,
): { value: (resume: Resume) => number; low: number; high: number } | undefined {
  const gpa = (resume: Resume) => resume.gpa;
  const age = (resume: Resume) => resume.age;
  const patterns = [
    { value: gpa, pattern: /has a GPA (?:between (\S+) and (\S+)|(above) (\S+)|(below) (\S+))\?/ },
    { value: age, pattern: /is (?:aged between (\S+) and (\S+)|(older) than (\S+)|(younger) than (\S+))\?/ },
  ];
  for (const { value, pattern } of patterns) {
    const match = pattern.exec(prompt);
    if (match?.[1]) return { value, low: Number(match[1]), high: Number(match[2]) };
    if (match?.[3]) return { value, low: Number(match[4]), high: Number.POSITIVE_INFINITY };
    if (match?.[5]) return { value, low: Number.NEGATIVE_INFINITY, high: Number(match[6]) };
  }
  return undefined;
}

function readable(kind: ProblemKind, difficulty: 1 | 2 | 3) {
  const items = { min: 3, max: 100 };
  return createProblems({ family: 'retrieval', seed: 21, count: 200, items, kind, difficulty })
    .map((problem) => {
      return { problem, resumes: readResumes(problem.prompt), question: readQuestion(problem.prompt) };
    })
    .filter(({ resumes, question }) => resumes.length > 0 && question !== undefined);
}

describe.each([1, 2, 3] as const)('retrieval problems, difficulty %i', (difficulty) => {
  it('have one student in range, the gold one, as a reader of the prompt finds', () => {
    const problems = readable('one-block', difficulty);
    expect(problems.length).toBeGreaterThan(10);
    for (const { problem, resumes, question } of problems) {
      const { value, low, high } = question!;
      expect(resumes).toHaveLength(problem.items.length);
      const found = resumes.filter((resume) => value(resume) >= low && value(resume) <= high);
      expect(found.map(({ name }) => name)).toEqual([problem.gold]);
    }
  });

  it('have no student in range, nor one on a bound, where they are refusals', () => {
    const problems = readable('refusal', difficulty);
    expect(problems.length).toBeGreaterThan(10);
    for (const { problem, resumes, question } of problems) {
      const { value, low, high } = question!;
      expect(problem.gold).toBe('none of them');
      expect(resumes.filter((resume) => value(resume) >= low && value(resume) <= high)).toEqual([]);
    }
  });
});

describe('retrieval problems', () => {
  it.each(['evaluation', 'training'] as const)(
    'name every student once in the resumes, with no name inside another one, for %s',
    (split) => {
      const options = { seed: 22, count: 40, items: { min: 3, max: 100 }, difficulty: 3, split } as const;
      for (const { prompt, task } of createProblems({ family: 'retrieval', ...options })) {
        for (const { name } of task.students) expect(prompt.split(name)).toHaveLength(2);
      }
    },
  );

  it.each(['en', 'zh'] as const)('state what is asked for, for everybody, in training and %s', (language) => {
    const options = { seed: 24, count: 150, difficulty: 2, split: 'training', language } as const;
    for (const kind of ['one-block', 'two-rounds', 'direct'] as const) {
      for (const { items, task, prompt } of createProblems({ family: 'retrieval', kind, ...options })) {
        items.forEach((item, index) => {
          expect(prompt).toContain(item);
          const { numbers, affiliation, interests } = task.students[index]!;
          for (const question of task.questions) {
            const asked = question.type === 'look-up' ? [question] : question.criteria;
            for (const one of asked) {
              const field = 'field' in one ? one.field : one.type;
              if (field === 'affiliation') expect(item).toContain(affiliation);
              else if (field === 'interest')
                for (const interest of interests) expect(item).toContain(interest);
              else expect(item).toContain(String(numbers[field.key]! / field.scale));
            }
          }
        });
      }
    }
  });

  it('have interests that share a word in training, so that no word alone tells which one it is', () => {
    const options = { seed: 25, count: 300, items: 10, split: 'training', language: 'en' } as const;
    const asked = createProblems({ family: 'retrieval', kind: 'one-block', ...options }).flatMap(({ task }) =>
      task.questions.flatMap((question) => {
        const [criterion] = question.type === 'find' ? question.criteria : [];
        return criterion?.type === 'interest' ? [{ value: criterion.value, students: task.students }] : [];
      }),
    );
    expect(asked.length).toBeGreaterThan(30);
    const sharing = asked.filter(({ value, students }) => {
      const others = students.flatMap(({ interests }) => interests).filter((other) => other !== value);
      return value.split(' ').some((word) => others.some((other) => other.split(' ').includes(word)));
    });
    expect(sharing.length).toBeGreaterThan(asked.length / 10);
  });

  it('ask in two rounds so that neither criterion alone tells the student', () => {
    const problems = createProblems({
      family: 'retrieval',
      seed: 23,
      count: 200,
      items: 10,
      kind: 'two-rounds',
    });
    let decoys = 0;
    for (const { task, gold } of problems) {
      const [question] = task.questions;
      if (question?.type !== 'find') throw new Error('expected a question that finds');
      const [first, second] = question.criteria;
      if (!first || !second || !('field' in first) || first.type !== 'above') continue;
      const left = task.students.filter((student) => student.numbers[first.field.key]! > first.limit);
      expect(left.length).toBeGreaterThan(1);
      expect(left.map(({ name }) => name)).toContain(gold);
      decoys += left.length - 1;
    }
    expect(decoys).toBeGreaterThan(20);
  });

  it('put the gold student at every position equally often', () => {
    const counts = [0, 0, 0, 0];
    // A new seed for each problem: neighbouring seeds must not favour a position.
    for (let seed = 0; seed < 2000; seed += 1) {
      const [problem] = createProblems({ family: 'retrieval', seed, items: 4 });
      counts[problem!.items.findIndex((item) => item.includes(problem!.gold))]! += 1;
    }
    // 500 each, with a standard deviation of 19.
    for (const count of counts) expect(Math.abs(count - 500)).toBeLessThan(80);
  });

  it('have near misses where they are difficult', () => {
    const nearMisses = (difficulty: 1 | 3) => {
      const values = readable('one-block', difficulty).flatMap(({ resumes, question }) => {
        const { value, low, high } = question!;
        const distance = (number: number) => Math.min(Math.abs(number - low), Math.abs(number - high));
        const gpaOnly = value({ name: '', age: 1, gpa: 0 }) === 0;
        return gpaOnly ? resumes.map((resume) => distance(value(resume)) < 0.1) : [];
      });
      return values.filter(Boolean).length / values.length;
    };
    expect(nearMisses(3)).toBeGreaterThan(2 * nearMisses(1));
  });
});
