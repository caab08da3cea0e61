import { createDecoder, type GenerateOptions } from '@beltline/decoder';
import { expect, test } from 'vitest';
import {
  createByteTokenizer,
  createScriptedModel,
  respondWith,
  type Script,
  writeAnswer,
} from './scripted-model.ts';

const bytes = createByteTokenizer(['####', '%%%%', '......']);
const script: Script = {
  preamble: 'So.\n\n',
  steps: [
    { title: 'a', body: ' bb\n\n' },
    { title: 'long one', body: ' no\n\n' },
    { title: 'abc', body: ' a step of many tokens\n\n' },
  ],
  conclusion: '\nGo.',
};
const prompt = 'Shall I go?';

async function decode(options: GenerateOptions) {
  const rows: number[] = [];
  const model = createScriptedModel({
    tokenizer: bytes,
    respond: respondWith(`${prompt}\n`, script),
    onPass: ({ tokens }) => rows.push(tokens.length),
  });
  const decoder = createDecoder({ model, tokenizer: bytes, format: 'trained' });
  const { text, branches, statistics } = await decoder.generate(prompt, options).result();
  const passesOf = (name: string) => statistics.stages.find(({ stage }) => stage === name)!.forwardPasses;
  const start = 1 + passesOf('outline');
  return { text, branches, passesOf, rows: rows.slice(start, start + passesOf('branches')) };
}

test("at the paper's pace forced tokens take a pass each, ended branches keep their rows, and the answer is the same", async () => {
  const ragged = await decode({});
  const paper = await decode({ pace: 'paper' });
  expect(paper.text).toBe(writeAnswer(script));
  expect(paper.branches).toEqual(ragged.branches);

  // Behind each title: the ellipsis, a blank line and the next marker; the last of them goes with the next token.
  const forced = bytes.encode('......\n\n####').length;
  expect(paper.passesOf('outline')).toBe(ragged.passesOf('outline') + script.steps.length * forced);
  const longest = Math.max(
    ...script.steps.map(({ title, body }) => bytes.encode(`####${title}:${body}####`).length),
  );
  expect(paper.passesOf('branches')).toBe(longest - 1);
  expect(paper.rows.slice(1)).toEqual(Array(longest - 2).fill(script.steps.length));
  expect(ragged.rows.at(-1)).toBe(1);
});

test("the paper's pace writes the same in waves, with either join and any chunk size", async () => {
  for (const join of ['recompute', 'reuse'] as const) {
    for (const options of [{ chunkSize: 1 }, { kvBudget: 120 }, { maxBranchTokens: 4 }, { maxTokens: 40 }]) {
      const { text } = await decode({ ...options, join });
      expect((await decode({ ...options, join, pace: 'paper' })).text).toBe(text);
    }
  }
});

test("the paper's pace is refused together with drafts", async () => {
  await expect(decode({ pace: 'paper', drafts: 'lookup' })).rejects.toThrow(/without drafts/);
  await expect(decode({ pace: 'slow' } as never)).rejects.toThrow(TypeError);
});
