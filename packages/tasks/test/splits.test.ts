import { describe, expect, it } from 'vitest';
import { documentsWording } from '../src/documents/wording.ts';
import { createProblems, type Split } from '../src/index.ts';
import { planningWording } from '../src/planning/wording.ts';
import { retrievalWording } from '../src/retrieval/wording.ts';

const languages = ['en', 'zh'] as const;

/** All names of many problems: students, universities, subjects, and answers that are no number. */
function namesOf(split: Split, language: 'en' | 'zh'): Set<string> {
  const options = { seed: 31, count: 300, items: 10, difficulty: 3, split, language } as const;
  const students = createProblems({ family: 'retrieval', ...options }).flatMap(({ task }) => task.students);
  const facts = createProblems({ family: 'documents', ...options }).flatMap(({ task }) =>
    task.documents.flatMap((document) => document.facts),
  );
  const names = [
    ...students.flatMap(({ name, university, interests }) => [name, university, ...interests]),
    // In English the parts of a name are divided too.
    ...(language === 'en' ? students.flatMap(({ name }) => name.split(' ')) : []),
    ...facts.map(({ subject }) => subject),
    ...facts.map(({ answer }) => answer).filter((answer) => !/\d/.test(answer)),
  ];
  return new Set(names);
}

/** The wordings of one kind of text, found anywhere in an object. */
function wordingsIn(value: unknown): { common: string[]; training: string[]; evaluation: string[] }[] {
  if (typeof value !== 'object' || value === null) return [];
  if ('training' in value) return [value as ReturnType<typeof wordingsIn>[number]];
  return Object.values(value).flatMap(wordingsIn);
}

describe.each(languages)('training and evaluation, language %s', (language) => {
  it('share no name', () => {
    const training = namesOf('training', language);
    const evaluation = namesOf('evaluation', language);
    expect(training.size).toBeGreaterThan(1000);
    expect(evaluation.size).toBeGreaterThan(500);
    expect([...evaluation].filter((name) => training.has(name))).toEqual([]);
  });

  it('each have wordings of their own, and evaluation uses its', () => {
    const texts = [retrievalWording, documentsWording, planningWording].map((wording) => wording[language]);
    const wordings = texts.flatMap(wordingsIn);
    expect(wordings.length).toBeGreaterThan(20);
    for (const { common, training, evaluation } of wordings) {
      expect(evaluation.length).toBeGreaterThan(0);
      for (const text of evaluation) expect([...common, ...training]).not.toContain(text);
    }
    for (const { questions, heldOut } of documentsWording[language].facts)
      expect(questions).not.toContain(heldOut);
    const { evaluation } = documentsWording[language].titles;
    const prompts = createProblems({ family: 'documents', seed: 32, count: 40, language }).map(
      ({ prompt }) => prompt,
    );
    expect(prompts.some((prompt) => evaluation.some((title) => prompt.includes(`${title}`)))).toBe(true);
  });
});
