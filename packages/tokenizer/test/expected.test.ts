import { describe, expect, test } from 'vitest';
import { fixtureTokenizer, readText } from './fixtures.ts';

interface Problem {
  prompt: string;
  promptTokens: number[];
  sequentialTokens: number[];
  sequentialText: string;
  parallelTokens: number[];
  parallelText: string;
}

const problems = readText('fixtures/tiny/expected.jsonl')
  .trim()
  .split('\n')
  .map((line) => JSON.parse(line) as Problem);
const tokenizer = fixtureTokenizer('tiny');

describe('the problems with tokens from the Python tokenizers library', () => {
  test('are 24', () => {
    expect(problems).toHaveLength(24);
  });

  test.each(problems)('prompt becomes the same tokens: $prompt', ({ prompt, promptTokens }) => {
    const text = tokenizer.applyChatTemplate([{ role: 'user', content: prompt }], {
      addGenerationPrompt: true,
    });
    expect(tokenizer.encode(text)).toEqual(promptTokens);
  });

  test.each(problems)('answers become the same text: $prompt', (problem) => {
    const withoutEnd = (text: string) => text.replaceAll('<|im_end|>', '');
    expect(tokenizer.decode(problem.sequentialTokens)).toBe(withoutEnd(problem.sequentialText));
    expect(tokenizer.decode(problem.parallelTokens)).toBe(withoutEnd(problem.parallelText));
  });

  test.each(problems)(
    'answers as one text become tokens that decode to it: $prompt',
    ({ sequentialText }) => {
      expect(tokenizer.decode(tokenizer.encode(sequentialText))).toBe(
        sequentialText.replaceAll('<|im_end|>', ''),
      );
    },
  );
});
