import { describe, expect, it } from 'vitest';
import { detectLanguage, formatInstructions, type Language, parseAnswer } from '../src/index.ts';

describe('formatInstructions', () => {
  it.each<Language>(['en', 'zh'])('show an example that has the format, in %s', (language) => {
    const text = formatInstructions(language);
    const example = text.split('\n\n').slice(1, 4).join('\n\n');
    const { sections, problems } = parseAnswer(example);
    expect(problems).toEqual([]);
    expect(sections).toMatchObject([{ type: 'block', closed: true, steps: [{}, {}] }]);
    expect(text).toContain('......');
    expect(detectLanguage(text)).toBe(language);
  });
});

describe('detectLanguage', () => {
  it.each<[string, Language]>([
    ['Which student has a GPA above 3.5?', 'en'],
    ['哪个学生的 GPA 高于 3.5？', 'zh'],
    ['请从 cost 和 time 两个方面分析', 'zh'],
    ['What does 北京 mean?', 'en'],
    ['東京について教えてください', 'en'],
    ['Où est la gare ?', 'en'],
    ['123', 'en'],
    ['', 'en'],
  ])('takes %j for %s', (text, language) => {
    expect(detectLanguage(text)).toBe(language);
  });
});
