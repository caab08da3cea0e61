import { describe, expect, it } from 'vitest';
import { createRandom } from '../src/random.ts';
import { assembleLayout } from '../src/retrieval/assemble-layout.ts';
import { rostersEnglish } from '../src/retrieval/rosters-english.ts';
import { styles } from '../src/retrieval/styles.ts';

const wordsOf = (text: string) => text.toLowerCase().match(/[a-z]+/g) ?? [];
const seeds = Array.from({ length: 300 }, (_, seed) => seed);

function layoutsAbout(keys: readonly string[]): string[] {
  const content = { roster: rostersEnglish.students, keys, asked: keys, withIntroduction: false };
  return seeds.map((seed) => assembleLayout(content, styles.en, createRandom(seed)).template);
}

describe('layouts of resumes', () => {
  const known = new Set(wordsOf(JSON.stringify([styles.en, rostersEnglish.students])));

  it('give a value to every key, whatever their form', () => {
    for (const layout of layoutsAbout(['age', 'gpa', 'affiliation', 'interests'])) {
      for (const slot of ['{name}', '{age}', '{gpa}', '{affiliation}', '{interests}']) {
        expect(layout.split(slot)).toHaveLength(2);
      }
    }
  });

  it('use verbs that nobody knows for words, never for numbers, which alone would not tell what they are', () => {
    const unknown = (layout: string) => wordsOf(layout).some((word) => !known.has(word));
    expect(layoutsAbout(['affiliation', 'interests']).filter(unknown).length).toBeGreaterThan(30);
    expect(layoutsAbout(['age', 'gpa']).filter(unknown)).toEqual([]);
  });
});
