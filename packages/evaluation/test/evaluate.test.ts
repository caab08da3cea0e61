import { type Decoder, DecoderError, type GenerateOptions, type GenerationResult } from '@beltline/decoder';
import { type EvaluationProblem, evaluate, evaluationModes, keyOf } from '@beltline/evaluation';
import { describe, expect, it } from 'vitest';

const problems: EvaluationProblem[] = ['a', 'b', 'c', 'd'].map((id) => ({
  id,
  task: 'capitals',
  prompt: `What is ${id}?`,
  scorable: { family: 'data-set', gold: id, goldKeys: [id] },
}));

interface Call extends GenerateOptions {
  readonly prompt: unknown;
}

/** Answers each prompt with its letter, or as `answer` says, and keeps what it was asked. */
function createFakeDecoder(answer: (call: Call) => Partial<GenerationResult> = () => ({})) {
  const calls: Call[] = [];
  const generate = (prompt: unknown, options: GenerateOptions = {}) => {
    const call = { prompt, ...options };
    calls.push(call);
    const result = async () => {
      options.signal?.throwIfAborted();
      return {
        text: String(prompt).replace(/What is (.)\?/, 'It is $1.'),
        branches: [],
        finishReason: 'stop',
        statistics: {
          answerTokens: 3,
          forwardPasses: 2,
          milliseconds: 5,
          stages: [
            { stage: 'sequential', tokens: 3, forwardPasses: 2, milliseconds: 5, tokensPerSecond: 600 },
          ],
        },
        ...answer(call),
      };
    };
    return { result };
  };
  return { decoder: { generate } as unknown as Decoder, calls };
}

/** `Array.fromAsync` came with Node 22. */
async function collect<T>(items: AsyncIterable<T>): Promise<T[]> {
  const collected: T[] = [];
  for await (const item of items) collected.push(item);
  return collected;
}

const take = (calls: readonly Call[]) => calls.map(({ prompt, join, mode }) => `${prompt} ${join ?? mode}`);

describe('an evaluation', () => {
  it('answers every problem in every mode after a warm-up, beginning with another mode each time', async () => {
    const { decoder, calls } = createFakeDecoder();
    const records = await collect(evaluate(decoder, problems, { modes: evaluationModes }));
    expect(take(calls.slice(0, 3))).toEqual([
      'What is a? sequential',
      'What is a? recompute',
      'What is a? reuse',
    ]);
    expect(calls.slice(0, 3).every(({ maxTokens }) => maxTokens === 24)).toBe(true);
    expect(take(calls.slice(3))).toEqual([
      'What is a? sequential',
      'What is a? recompute',
      'What is a? reuse',
      'What is b? recompute',
      'What is b? reuse',
      'What is b? sequential',
      'What is c? reuse',
      'What is c? sequential',
      'What is c? recompute',
      'What is d? sequential',
      'What is d? recompute',
      'What is d? reuse',
    ]);
    expect(records).toHaveLength(12);
    expect(records[0]).toEqual({
      problem: 'a',
      task: 'capitals',
      mode: 'sequential',
      correct: true,
      reason: 'right',
      expected: 'a',
      found: 'It is a.',
      finishReason: 'stop',
      branches: 0,
      answerTokens: 3,
      forwardPasses: 2,
      milliseconds: 5,
      stages: [{ stage: 'sequential', tokens: 3, forwardPasses: 2, milliseconds: 5 }],
      text: 'It is a.',
    });
  });

  it('alternates the modes within each task, though the tasks take turns too', async () => {
    const { decoder, calls } = createFakeDecoder();
    const mixed = problems.map((problem, index) => ({ ...problem, task: index % 2 === 0 ? 'even' : 'odd' }));
    await collect(evaluate(decoder, mixed, { modes: ['sequential', 'recompute'] }));
    const first = calls.slice(2).filter((_, index) => index % 2 === 0);
    expect(first.map(({ mode }) => mode)).toEqual(['sequential', 'sequential', 'parallel', 'parallel']);
  });

  it('goes on where it stopped, in the same order', async () => {
    const whole = await collect(evaluate(createFakeDecoder().decoder, problems, { modes: evaluationModes }));
    for (let count = 0; count <= whole.length; count += 1) {
      const done = new Set(whole.slice(0, count).map(keyOf));
      const { decoder, calls } = createFakeDecoder();
      const rest = await collect(evaluate(decoder, problems, { modes: evaluationModes, done }));
      expect(rest).toEqual(whole.slice(count));
      expect(calls).toHaveLength(rest.length === 0 ? 0 : rest.length + 3);
    }
  });

  it('passes limits and variables of the chat template on, and decodes greedily', async () => {
    const { decoder, calls } = createFakeDecoder();
    const limits = { maxTokens: 300, maxBranchTokens: 40 };
    const templateVariables = { enable_thinking: false };
    await collect(evaluate(decoder, problems.slice(0, 1), { modes: ['reuse'], limits, templateVariables }));
    const common = { prompt: 'What is a?', mode: 'parallel', join: 'reuse', templateVariables };
    expect(calls).toEqual([
      { ...common, maxTokens: 24, maxBranchTokens: 40 },
      { ...common, ...limits },
    ]);
  });

  it('counts a prompt that is too long as wrong, and goes on', async () => {
    const { decoder } = createFakeDecoder(({ prompt }) => {
      if (prompt === 'What is b?') throw new DecoderError('PROMPT_TOO_LONG', 'too long');
      return {};
    });
    const records = await collect(evaluate(decoder, problems, { modes: ['sequential'] }));
    expect(records.map(({ correct }) => correct)).toEqual([true, false, true, true]);
    expect(records[1]).toMatchObject({
      reason: 'no-answer',
      failure: 'PROMPT_TOO_LONG',
      expected: 'b',
      text: '',
    });
  });

  it('warms up with the next problem where the first one cannot be answered', async () => {
    const { decoder, calls } = createFakeDecoder(({ prompt }) => {
      // As an error of a decoder in another thread arrives.
      if (prompt === 'What is a?') throw Object.assign(new Error('too long'), { code: 'PROMPT_TOO_LONG' });
      return {};
    });
    await collect(evaluate(decoder, problems.slice(0, 3), { modes: ['sequential'] }));
    expect(calls.map(({ prompt, maxTokens }) => `${prompt} ${maxTokens ?? ''}`)).toEqual([
      ...['What is a? 24', 'What is a? ', 'What is b? 24', 'What is b? ', 'What is c? '],
    ]);
  });

  it('hands other failures on', async () => {
    const { decoder } = createFakeDecoder(() => {
      throw new DecoderError('INVALID_LOGITS', 'not a number');
    });
    const all = collect(evaluate(decoder, problems, { modes: ['sequential'] }));
    await expect(all).rejects.toMatchObject({ code: 'INVALID_LOGITS' });
  });

  it('stops when it is aborted, and keeps what there is', async () => {
    const { decoder } = createFakeDecoder();
    const controller = new AbortController();
    const records: string[] = [];
    const reason = new Error('enough');
    const run = async () => {
      for await (const record of evaluate(decoder, problems, {
        modes: ['sequential'],
        signal: controller.signal,
      })) {
        records.push(record.problem);
        if (records.length === 2) controller.abort(reason);
      }
    };
    await expect(run()).rejects.toBe(reason);
    expect(records).toEqual(['a', 'b']);
  });

  it('tells problems apart by their ids', async () => {
    const twice = [problems[0]!, problems[0]!];
    const all = collect(evaluate(createFakeDecoder().decoder, twice, { modes: ['sequential'] }));
    await expect(all).rejects.toThrow(RangeError);
  });
});
