import {
  createDecoder,
  type DecodeEvent,
  DecoderError,
  type GenerateOptions,
  type Stage,
} from '@beltline/decoder';
import { describe, expect, test } from 'vitest';
import {
  createByteTokenizer,
  createScriptedModel,
  respondWith,
  type Script,
  writeAnswer,
} from './scripted-model.ts';

const tokenizer = createByteTokenizer();
const prompt = 'Shall I go?';
const script: Script = {
  preamble: 'Let us see.\n\n',
  steps: [
    { title: 'cost', body: ' low\n\n' },
    { title: 'time', body: ' short\n\n' },
  ],
  conclusion: '\nGo.',
};

function createScripted(respond = respondWith(`${prompt}\n`, script)) {
  let passes = 0;
  const model = createScriptedModel({ tokenizer, respond, onPass: () => passes++, contextLength: 400 });
  const decoder = createDecoder({ model, tokenizer, format: 'trained', prefixCache: { maxTokens: 0 } });
  return { model, decoder, passes: () => passes };
}

describe('a generation', () => {
  test('runs nothing before it is read, and goes on only as its events are read', async () => {
    const { decoder, passes } = createScripted();
    const events = decoder.generate(prompt)[Symbol.asyncIterator]();
    expect(passes()).toBe(0);
    await events.next();
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(passes()).toBe(0);
    for (let read = 0; read < 6; read++) await events.next();
    const before = passes();
    expect(before).toBeGreaterThan(0);
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(passes()).toBe(before);
    await events.return?.();
  });

  test('gives its result beside its events, and again and again', async () => {
    const generation = createScripted().decoder.generate(prompt);
    let last: DecodeEvent | undefined;
    for await (const event of generation) last = event;
    const result = await generation.result();
    expect(last).toEqual({ type: 'finish', result });
    const { result: resultAgain } = generation;
    expect(await resultAgain()).toBe(result);
    expect(() => generation[Symbol.asyncIterator]()).toThrow('can be read once');
  });

  test('has its result as soon as the last event is read, and never keeps anyone waiting', async () => {
    const { decoder } = createScripted();
    const finished = decoder.generate(prompt);
    for await (const event of finished) if (event.type === 'finish') break;
    expect((await finished.result()).text).toBe(writeAnswer(script));
    const left = decoder.generate(prompt);
    await left[Symbol.asyncIterator]().return?.();
    await expect(left.result()).rejects.toMatchObject({ code: 'STOPPED_EARLY' });
  });

  test('stops and frees its cache when the reader leaves early', async () => {
    const { decoder, model, passes } = createScripted();
    const caches: { dispose(): void }[] = [];
    let disposed = 0;
    const createCache = model.createCache;
    Object.assign(model, {
      createCache: () => {
        const cache = createCache();
        caches.push(cache);
        const dispose = cache.dispose;
        return Object.assign(cache, {
          dispose: () => {
            disposed++;
            dispose();
          },
        });
      },
    });
    const generation = decoder.generate(prompt);
    for await (const event of generation) if (event.type === 'branch-delta') break;
    const before = passes();
    await expect(generation.result()).rejects.toMatchObject({ code: 'STOPPED_EARLY' });
    expect([caches.length, disposed, passes()]).toEqual([1, 1, before]);
  });

  test.each<Stage>(['prefill', 'outline', 'branches', 'conclusion'])(
    'can be aborted in the stage %s, after which the decoder works as before',
    async (stage) => {
      const { decoder } = createScripted();
      const controller = new AbortController();
      const generation = decoder.generate(prompt, { signal: controller.signal, chunkSize: 3 });
      const seen: DecodeEvent[] = [];
      const reading = (async () => {
        for await (const event of generation) {
          seen.push(event);
          if (event.type === 'stage-start' && event.stage === stage) controller.abort(new Error('enough'));
        }
      })();
      await expect(reading).rejects.toThrow('enough');
      await expect(generation.result()).rejects.toThrow('enough');
      expect(seen.at(-1)).toEqual({ type: 'stage-start', stage });
      expect((await decoder.generate(prompt).result()).text).toBe(writeAnswer(script));
    },
  );

  test('does not start when the signal is aborted already', async () => {
    const { decoder, passes } = createScripted();
    const signal = AbortSignal.abort(new Error('too late'));
    await expect(decoder.generate(prompt, { signal }).result()).rejects.toThrow('too late');
    expect(passes()).toBe(0);
  });

  test('runs beside others on the same model, and all come out right', async () => {
    const { decoder } = createScripted();
    const options: GenerateOptions[] = [{}, { mode: 'sequential' }, { join: 'reuse' }, { chunkSize: 2 }, {}];
    const results = await Promise.all(options.map((choice) => decoder.generate(prompt, choice).result()));
    for (const { text } of results) expect(text).toBe(writeAnswer(script));
  });

  test('reports a prefill in chunks', async () => {
    const { decoder } = createScripted();
    const deltas: number[][] = [];
    for await (const event of decoder.generate(prompt, { chunkSize: 5 })) {
      if (event.type === 'prefill-delta' && event.stage === 'prefill')
        deltas.push([event.done, event.tokens]);
    }
    expect(deltas).toEqual([
      [5, 11],
      [10, 11],
      [11, 11],
    ]);
  });
});

describe('a decoder refuses', () => {
  test('an empty prompt', async () => {
    const { decoder } = createScripted();
    for (const empty of ['', ' \n', [], [{ role: 'user', content: '' }], { tokens: [] }]) {
      await expect(decoder.generate(empty).result()).rejects.toMatchObject({
        name: 'DecoderError',
        code: 'EMPTY_PROMPT',
      });
    }
  });

  test.each([
    [undefined, 'got undefined'],
    [null, 'got null'],
    [5, 'got 5'],
    [{}, 'got {}'],
    [[{ role: 'user' }], 'message 0'],
    [[{ role: 'assistant', content: 'x' }], "must end with the user's turn"],
  ])('what is no prompt: %j', async (value, message) => {
    const generation = createScripted().decoder.generate(value as unknown as string);
    await expect(generation.result()).rejects.toThrow(message);
  });

  test('a prompt that fills the context, and says how long it may be', async () => {
    const { decoder } = createScripted(() => '');
    await expect(decoder.generate('x'.repeat(399)).result()).rejects.toThrow(
      "the prompt is 400 tokens long; the model's context and kvBudget leave room for at most 399",
    );
    expect(await decoder.generate('x'.repeat(398)).result()).toMatchObject({
      finishReason: 'stop',
      text: '',
    });
  });

  test('a tokenizer that knows more tokens than the model', () => {
    const { model } = createScripted();
    const larger = { ...tokenizer, vocabularySize: 1000 };
    expect(() => createDecoder({ model, tokenizer: larger })).toThrow(
      expect.objectContaining({ code: 'TOKENIZER_MISMATCH', message: expect.stringContaining('1000') }),
    );
  });

  test.each<[GenerateOptions, string]>([
    [{ maxTokens: 0 }, 'maxTokens'],
    [{ maxBranchTokens: 1.5 }, 'maxBranchTokens'],
    [{ maxBranches: -1 }, 'maxBranches'],
    [{ chunkSize: Number.NaN }, 'chunkSize'],
    [{ temperature: -1 }, 'temperature'],
    [{ kvBudget: 0 }, 'kvBudget'],
    [{ maxTitleTokens: 0 }, 'maxTitleTokens'],
    [{ stop: [''] }, 'stop'],
    [{ outlineConstraint: 'none' as 'grammar' }, 'outlineConstraint'],
    [{ mode: 'fast' as 'parallel' }, 'mode'],
    [{ join: 'glue' as 'reuse' }, 'join'],
  ])('options that make no sense, at once: %o', (options, name) => {
    expect(() => createScripted().decoder.generate(prompt, options)).toThrow(name);
  });

  test('logits that are no numbers', async () => {
    const model = createScriptedModel({ tokenizer, respond: () => 'x' });
    const forward = model.forward;
    Object.assign(model, {
      forward: async (...pass: Parameters<typeof forward>) =>
        (await forward(...pass)).map((row) => row.fill(Number.NaN, 3, 4)),
    });
    const generation = createDecoder({ model, tokenizer }).generate(prompt);
    await expect(generation.result()).rejects.toMatchObject({ code: 'INVALID_LOGITS' });
    await expect(generation.result()).rejects.toBeInstanceOf(DecoderError);
  });

  test('to go on when its model was disposed', async () => {
    const { decoder } = createScripted();
    const generation = decoder.generate(prompt);
    const reading = (async () => {
      for await (const event of generation) if (event.type === 'branch-start') void decoder.dispose();
    })();
    await expect(reading).rejects.toMatchObject({ name: 'BackendError', code: 'DISPOSED' });
    await expect(decoder.generate(prompt).result()).rejects.toMatchObject({ code: 'DISPOSED' });
  });
});

test('a model that was not trained on the format is told about it, in the language of the question', async () => {
  const prompts: string[] = [];
  const model = createScriptedModel({
    tokenizer,
    respond: (text) => {
      prompts.push(text);
      return '';
    },
  });
  const decoder = createDecoder({ model, tokenizer });
  await decoder.generate('Compare tea and coffee.').result();
  await decoder.generate([{ role: 'user', content: '比较茶和咖啡。' }], { mode: 'sequential' }).result();
  expect(prompts[0]).toMatch(/^Compare tea and coffee\.\n\n[\s\S]*####/);
  expect(prompts[1]).toMatch(/^比较茶和咖啡。\n\n[\s\S]*####/);
  expect(prompts[1]).not.toContain('the');
});
