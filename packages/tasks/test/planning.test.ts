import { describe, expect, it } from 'vitest';
import { createProblems } from '../src/index.ts';
import { planningWording } from '../src/planning/wording.ts';

describe('planning problems', () => {
  it('name the topic and each aspect once', () => {
    for (const difficulty of [1, 2, 3] as const) {
      const problems = createProblems({ family: 'planning', seed: 12, count: 300, items: 6, difficulty });
      for (const { prompt, items, task } of problems) {
        expect(prompt.split(task.topic)).toHaveLength(2);
        const rest = prompt.replace(task.topic, '');
        for (const item of items) expect(rest.split(item).length).toBe(2);
      }
    }
  });

  it('ask for the steps inside of steps', () => {
    for (const { prompt, task } of createProblems({
      family: 'planning',
      seed: 13,
      count: 100,
      kind: 'nested',
    })) {
      expect(task.details.length).toBeGreaterThan(1);
      for (const detail of task.details) expect(prompt).toContain(detail);
    }
  });

  it.each(['en', 'zh'] as const)('have advice that names its aspect and the topic, in %s', (language) => {
    for (const [aspect, advice] of planningWording[language].aspects) {
      expect(advice.toLowerCase()).toContain(aspect);
      expect(advice).toContain('{t}');
    }
  });
});
