import { describe, expect, it } from 'vitest';
import { kindsOf } from '../src/create-problems.ts';
import { documentsWording } from '../src/documents/wording.ts';
import { createProblems, type Split } from '../src/index.ts';
import { planningWording } from '../src/planning/wording.ts';
import { retrievalWording } from '../src/retrieval/wording.ts';
import type { Wordings } from '../src/wording.ts';

const languages = ['en', 'zh'] as const;

/** All names of many problems: students, universities, subjects, and answers that are no number. */
function namesOf(split: Split, language: 'en' | 'zh'): Set<string> {
  const options = { seed: 31, count: 300, items: 10, difficulty: 3, split, language } as const;
  const students = createProblems({ family: 'retrieval', ...options }).flatMap(({ task }) => task.students);
  const facts = createProblems({ family: 'documents', ...options }).flatMap(({ task }) =>
    task.documents.flatMap((document) => document.facts),
  );
  const names = [
    ...students.flatMap(({ name, affiliation, interests }) => [name, affiliation, ...interests]),
    // In English the parts of a name are divided too.
    ...(language === 'en' ? students.flatMap(({ name }) => name.split(' ')) : []),
    ...facts.map(({ subject }) => subject),
    ...facts.map(({ answer }) => answer).filter((answer) => !/\d/.test(answer)),
  ];
  return new Set(names);
}

/** All wordings, found anywhere in an object. */
function wordingsIn(value: unknown): Wordings[] {
  if (typeof value !== 'object' || value === null) return [];
  if ('common' in value) return [value as Wordings];
  return Object.values(value).flatMap(wordingsIn);
}

const escaped = (text: string) => text.replace(/[.*+?^${}()|\\]/g, '\\$&');

/** Matches all texts that a pattern of training stands for; values stay `{name}`. */
function languageOf(pattern: string): RegExp {
  const alternatives = { '[': '(?:', '|': '|', ']': ')' };
  const parts = pattern
    .split(/([[\]|])/)
    .map((part) => alternatives[part as keyof typeof alternatives] ?? escaped(part));
  return new RegExp(`^(?:${pattern.includes('[') ? parts.join('') : escaped(pattern)})$`);
}

/** Matches a wording with any values in it. */
function anywhere(wording: string): RegExp {
  return new RegExp(
    wording
      .trim()
      .split(/\{[^}]+\}/)
      .map(escaped)
      .join('.{1,60}?'),
  );
}

describe.each(languages)('training and evaluation, language %s', (language) => {
  it('share no name', () => {
    const training = namesOf('training', language);
    const evaluation = namesOf('evaluation', language);
    expect(training.size).toBeGreaterThan(1000);
    expect(evaluation.size).toBeGreaterThan(500);
    expect([...evaluation].filter((name) => training.has(name))).toEqual([]);
  });

  const wordingsOf = {
    retrieval: wordingsIn(retrievalWording[language]),
    documents: wordingsIn(documentsWording[language]),
    planning: wordingsIn(planningWording[language]),
  };
  const wordings = Object.values(wordingsOf)
    .flat()
    .filter(({ evaluation = [] }) => evaluation.length > 0);
  const heldOut = documentsWording[language].facts.evaluation.map((kind) => kind.heldOut!);

  it('each have wordings of their own', () => {
    expect(wordings.length).toBeGreaterThan(20);
    for (const { common, training = [], evaluation = [] } of wordings) {
      for (const pattern of [...common, ...training]) {
        const pool = languageOf(pattern);
        for (const text of evaluation) expect(text).not.toMatch(pool);
      }
    }
    for (const { questions } of Object.values(documentsWording[language].facts).flat()) {
      const pools = questions.map(languageOf);
      for (const question of heldOut) expect(pools.some((pool) => pool.test(question))).toBe(false);
    }
  });

  it('meet in no assembled prompt of training', () => {
    const options = { seed: 33, count: 60, items: { min: 3, max: 5 }, split: 'training', language } as const;
    for (const family of ['retrieval', 'documents', 'planning'] as const) {
      const held = wordingsOf[family].flatMap(({ evaluation = [] }) => evaluation);
      if (family === 'documents') held.push(...heldOut);
      const seen = new RegExp(held.map((text) => `(?:${anywhere(text).source})`).join('|'));
      for (const kind of kindsOf[family]) {
        for (const difficulty of [1, 2, 3] as const) {
          for (const { prompt } of createProblems({ family, kind, difficulty, ...options })) {
            expect(seen.exec(prompt)?.[0]).toBeUndefined();
          }
        }
      }
    }
  });

  it('both occur', () => {
    const { evaluation = [] } = documentsWording[language].titles;
    const prompts = (split: Split) =>
      createProblems({ family: 'documents', seed: 32, count: 40, language, split }).map(
        ({ prompt }) => prompt,
      );
    const hasHeld = (prompt: string) => evaluation.some((title) => prompt.includes(title));
    expect(prompts('evaluation').some(hasHeld)).toBe(true);
    expect(prompts('training').some(hasHeld)).toBe(false);
  });
});
