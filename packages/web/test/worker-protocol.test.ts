import { createDecoder } from '@beltline/decoder';
import { type Decoder, loadDecoder } from '@beltline/node';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { WebError } from '../src/web-error.ts';
import type { DecoderParts } from '../src/worker/serve-decoder.ts';
import { connect, connectLoaded, delay, readEvents, request, watchModel } from './connect-worker.ts';
import { limits, problems } from './expected-problems.ts';

const [problem, other] = problems as [(typeof problems)[0], (typeof problems)[0]];

let decoder: Decoder;
let watch: ReturnType<typeof watchModel>;
let parts: DecoderParts;
beforeAll(async () => {
  decoder = await loadDecoder();
  watch = watchModel(decoder.model);
  parts = { model: watch.model, tokenizer: decoder.tokenizer, format: 'trained', threads: 2 };
});
afterAll(() => decoder.dispose());

describe('a generation through a worker', () => {
  test.each(['sequential', 'parallel'] as const)('gives the same events in %s mode', async (mode) => {
    const { generate, sent } = await connectLoaded(parts);
    const options = { ...limits, mode };
    const events = await readEvents(generate(problem.prompt, options));
    // With nothing in memory from earlier prompts, as in the worker.
    expect(events).toEqual(await readEvents(createDecoder(parts).generate(problem.prompt, options)));
    const result = await generate(problem.prompt, options).result();
    expect(result.tokens).toEqual(problem[`${mode}Tokens`]);
    expect(sent.length).toBeLessThan(events.length * 2);
  });

  test('sends what comes between two forward passes in one message', async () => {
    const { generate, sent } = await connectLoaded(parts);
    const before = watch.passes();
    const events = await readEvents(generate(problem.prompt, limits));
    const messages = sent.filter(({ type }) => type === 'values').length;
    expect(messages).toBeLessThanOrEqual(watch.passes() - before + 1);
    expect(messages).toBeLessThan(events.length);
  });

  test('is at most one forward pass ahead of its reader', async () => {
    const { generate } = await connectLoaded(parts);
    const direct = createDecoder(parts).generate(problem.prompt, limits)[Symbol.asyncIterator]();
    const before = watch.passes();
    for (let count = 0; count < 31; count++) await direct.next();
    const needed = watch.passes() - before;
    await direct.return?.();
    const start = watch.passes();
    const events = generate(problem.prompt, limits)[Symbol.asyncIterator]();
    await watch.idle();
    expect(watch.passes()).toBe(start);
    let seen = 0;
    for (let count = 0; count < 30; count++) {
      const { value } = await events.next();
      if (value?.type === 'text-delta') seen++;
      if (count % 10 === 9) {
        await watch.idle();
        const ahead = watch.passes();
        await watch.idle();
        expect(watch.passes()).toBe(ahead);
      }
    }
    expect(seen).toBeGreaterThan(0);
    expect(watch.passes() - start).toBeLessThanOrEqual(needed + 1);
    await events.return?.();
    await watch.idle();
    const stopped = watch.passes();
    await watch.idle();
    expect(watch.passes()).toBe(stopped);
  });

  test('is as right beside another one', async () => {
    const { generate } = await connectLoaded(parts);
    const [parallel, sequential, short] = await Promise.all([
      generate(problem.prompt, limits).result(),
      generate(other.prompt, { ...limits, mode: 'sequential' }).result(),
      generate(problem.prompt, { maxTokens: 3 }).result(),
    ]);
    expect(parallel.tokens).toEqual(problem.parallelTokens);
    expect(sequential.tokens).toEqual(other.sequentialTokens);
    expect(short.finishReason).toBe('length');
  });

  test('stops when its signal aborts, with its very reason, and others go on', async () => {
    const { generate } = await connectLoaded(parts);
    const controller = new AbortController();
    const reason = { enough: true };
    const aborted = generate(problem.prompt, { ...limits, signal: controller.signal });
    const going = generate(other.prompt, limits).result();
    let events = 0;
    const reading = (async () => {
      for await (const _ of aborted) if (++events === 5) controller.abort(reason);
    })();
    await expect(reading).rejects.toBe(reason);
    await expect(aborted.result()).rejects.toBe(reason);
    expect(events).toBe(5);
    expect((await going).tokens).toEqual(other.parallelTokens);
  });

  test('ends one branch alone when it is cancelled', async () => {
    const { generate } = await connectLoaded(parts);
    const generation = generate(problem.prompt, limits);
    const ends: string[] = [];
    for await (const event of generation) {
      if (event.type === 'branch-delta' && event.branch === 1) generation.cancelBranch(1);
      if (event.type === 'branch-end') ends[event.branch] = event.finishReason;
    }
    expect(ends).toEqual(problem.titles.map((_, branch) => (branch === 1 ? 'cancelled' : 'stop')));
    expect((await generation.result()).finishReason).toBe('stop');
  });

  test('aborts while it waits for the worker', async () => {
    const { generate } = await connectLoaded(parts);
    const waiting = generate(problem.prompt, { signal: AbortSignal.timeout(30) }).result();
    await expect(waiting).rejects.toMatchObject({ name: 'TimeoutError' });
    const before = generate(problem.prompt, { signal: AbortSignal.abort('no') }).result();
    await expect(before).rejects.toBe('no');
  });

  test('that is left early has no result', async () => {
    const { generate } = await connectLoaded(parts);
    const generation = generate(problem.prompt, limits);
    for await (const _ of generation) break;
    await expect(generation.result()).rejects.toMatchObject({ name: 'WebError', code: 'STOPPED_EARLY' });
    expect(() => generation[Symbol.asyncIterator]()).toThrow(TypeError);
  });

  test.each([
    ['', {}, { name: 'DecoderError', code: 'EMPTY_PROMPT' }],
    ['x'.repeat(20000), {}, { name: 'DecoderError', code: 'PROMPT_TOO_LONG' }],
    ['hello', { maxTokens: 0 }, { name: 'RangeError' }],
    ['hello', { mode: 'fast' as 'parallel' }, { name: 'TypeError' }],
  ])('fails with the error of the decoder: %.5s %j', async (prompt, options, error) => {
    const { generate } = await connectLoaded(parts);
    await expect(generate(prompt, options).result()).rejects.toMatchObject(error);
  });

  test('fails when the worker dies, and so does all that comes later', async () => {
    const { generate, client } = await connectLoaded(parts);
    const generation = generate(problem.prompt, limits).result();
    await delay(20);
    const error = new WebError('WORKER_FAILED', 'it died');
    client.fail(error);
    await expect(generation).rejects.toBe(error);
    await expect(generate('hello').result()).rejects.toBe(error);
  });
});

describe('loading through a worker', () => {
  test('tells what was loaded', async () => {
    const { client } = connect(async () => parts);
    const { shape, capabilities } = decoder.model;
    expect(await client.load(request)).toEqual({ shape, capabilities, threads: 2 });
  });

  test('fails with the error of the loader', async () => {
    const cause = new Error('the disk');
    const { client } = connect(() =>
      Promise.reject(new WebError('DOWNLOAD_FAILED', 'no luck', { url: 'https://a.example/b', cause })),
    );
    const error = await client.load(request).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(WebError);
    expect(error).toMatchObject({ code: 'DOWNLOAD_FAILED', message: 'no luck', url: 'https://a.example/b' });
    expect((error as Error).cause).toMatchObject({ message: 'the disk' });
  });

  test("fails for a tokenizer that is not the model's", async () => {
    const { client } = connect(async () => ({
      ...parts,
      model: { ...parts.model, shape: { ...parts.model.shape, vocabularySize: 7 } },
    }));
    await expect(client.load(request)).rejects.toMatchObject({
      name: 'DecoderError',
      code: 'TOKENIZER_MISMATCH',
    });
  });

  test('ends when the page gives up', async () => {
    const { client } = connect(() => new Promise(() => {}));
    const loading = client.load(request);
    const reason = new Error('enough');
    client.fail(reason);
    await expect(loading).rejects.toBe(reason);
  });
});
