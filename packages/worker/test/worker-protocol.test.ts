import { createDecoder } from '@beltline/decoder';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { DecoderParts } from '../src/server/serve-decoder.ts';
import { connect, connectLoaded, delay, PresetError, readEvents, watchModel } from './connect-worker.ts';
import { loadEmbeddedModel, question } from './embedded-model.ts';

const other = 'Judge each name for a bakery: Crumb, Ovenly.';
const request = { name: 'tiny' };
const limits = { maxTokens: 300, maxBranchTokens: 40 };

let watch: ReturnType<typeof watchModel>;
let parts: DecoderParts;
beforeAll(async () => {
  const loaded = await loadEmbeddedModel();
  watch = watchModel(loaded.model);
  parts = { ...loaded, model: watch.model };
});
afterAll(() => parts.model.dispose());

/** With nothing in memory from earlier prompts. */
const direct = (...given: Parameters<ReturnType<typeof createDecoder>['generate']>) =>
  createDecoder(parts).generate(...given);

describe('a generation through a worker', () => {
  test.each(['sequential', 'parallel'] as const)('gives the same events in %s mode', async (mode) => {
    const { generate, sent } = await connectLoaded(parts);
    const options = { ...limits, mode };
    const events = await readEvents(generate(question, options));
    const expected = direct(question, options);
    expect(events).toEqual(await readEvents(expected));
    const { tokens } = await generate(question, options).result();
    expect(tokens).toEqual((await expected.result()).tokens);
    expect(sent.length).toBeLessThan(events.length * 2);
  });

  test('sends what comes between two forward passes in one message', async () => {
    const { generate, sent } = await connectLoaded(parts);
    const before = watch.passes();
    const events = await readEvents(generate(question, limits));
    const messages = sent.filter(({ type }) => type === 'values').length;
    expect(messages).toBeLessThanOrEqual(watch.passes() - before + 1);
    expect(messages).toBeLessThan(events.length);
  });

  test('that is left before its first event has no result, and says so', async () => {
    const { generate } = await connectLoaded(parts);
    const generation = generate(question, limits);
    await generation[Symbol.asyncIterator]().return?.();
    await expect(generation.result()).rejects.toThrow('not read to their end');
  });

  test('is at most one forward pass ahead of its reader', async () => {
    const { generate } = await connectLoaded(parts);
    const alone = direct(question, limits)[Symbol.asyncIterator]();
    const before = watch.passes();
    for (let count = 0; count < 31; count++) await alone.next();
    const needed = watch.passes() - before;
    await alone.return?.();
    const start = watch.passes();
    const events = generate(question, limits)[Symbol.asyncIterator]();
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
      generate(question, limits).result(),
      generate(other, { ...limits, mode: 'sequential' }).result(),
      generate(question, { maxTokens: 3 }).result(),
    ]);
    expect(parallel.tokens).toEqual((await direct(question, limits).result()).tokens);
    const alone = await direct(other, { ...limits, mode: 'sequential' }).result();
    expect(sequential.tokens).toEqual(alone.tokens);
    expect(short.finishReason).toBe('length');
  });

  test('stops when its signal aborts, with its very reason, and others go on', async () => {
    const { generate } = await connectLoaded(parts);
    const controller = new AbortController();
    const reason = { enough: true };
    const aborted = generate(question, { ...limits, signal: controller.signal });
    const going = generate(other, limits).result();
    let events = 0;
    const reading = (async () => {
      for await (const _ of aborted) if (++events === 5) controller.abort(reason);
    })();
    await expect(reading).rejects.toBe(reason);
    await expect(aborted.result()).rejects.toBe(reason);
    expect(events).toBe(5);
    expect((await going).tokens).toEqual((await direct(other, limits).result()).tokens);
  });

  test('ends one branch alone when it is cancelled', async () => {
    const { generate } = await connectLoaded(parts);
    const expected = (await direct(question, limits).result()).branches.map(
      ({ finishReason }) => finishReason,
    );
    expect(expected.length).toBeGreaterThan(1);
    const generation = generate(question, limits);
    const ends: string[] = [];
    for await (const event of generation) {
      if (event.type === 'branch-delta' && event.branch === 1) generation.cancelBranch(1);
      if (event.type === 'branch-end') ends[event.branch] = event.finishReason;
    }
    expect(ends).toEqual(expected.map((reason, branch) => (branch === 1 ? 'cancelled' : reason)));
  });

  test('aborts while it waits for the worker', async () => {
    const { generate } = await connectLoaded(parts);
    const waiting = generate(question, { signal: AbortSignal.timeout(30) }).result();
    await expect(waiting).rejects.toMatchObject({ name: 'TimeoutError' });
    const before = generate(question, { signal: AbortSignal.abort('no') }).result();
    await expect(before).rejects.toBe('no');
  });

  test('that is left early has no result', async () => {
    const { generate } = await connectLoaded(parts);
    const generation = generate(question, limits);
    for await (const _ of generation) break;
    await expect(generation.result()).rejects.toMatchObject({ name: 'PresetError', code: 'STOPPED_EARLY' });
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
    const generation = generate(question, limits).result();
    await delay(20);
    const error = new PresetError('WORKER_FAILED', 'it died');
    client.fail(error);
    await expect(generation).rejects.toBe(error);
    await expect(generate('hello').result()).rejects.toBe(error);
  });
});

describe('loading through a worker', () => {
  test('tells how far it is, and what was loaded', async () => {
    const { client, told } = connect(async (asked, report) => {
      expect(asked).toEqual(request);
      report.progress(1);
      report.warning(new PresetError('CACHE_FAILED', 'no room'));
      report.progress(2);
      return parts;
    });
    const { shape, capabilities } = parts.model;
    expect(await client.load(request)).toEqual({ shape, capabilities, threads: 2 });
    expect(told).toMatchObject([1, { name: 'PresetError', code: 'CACHE_FAILED', message: 'no room' }, 2]);
  });

  test('fails with the error of the loader', async () => {
    const cause = new Error('the disk');
    const { client } = connect(() =>
      Promise.reject(new PresetError('DOWNLOAD_FAILED', 'no luck', { url: 'https://a.example/b', cause })),
    );
    const error = await client.load(request).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(PresetError);
    expect(error).toMatchObject({ code: 'DOWNLOAD_FAILED', message: 'no luck', url: 'https://a.example/b' });
    expect((error as Error).cause).toMatchObject({ message: 'the disk' });
  });

  test('fails with what the listener to its progress throws', async () => {
    const { client, told } = connect(async (_, { progress }) => {
      progress(1);
      return parts;
    });
    const error = new Error('no space on the screen');
    told.push = () => {
      throw error;
    };
    await expect(client.load(request)).rejects.toBe(error);
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

  test('stops when the client asks for it, frees what was loaded, and closes', async () => {
    const disposed: string[] = [];
    const model = { ...parts.model, dispose: async () => void disposed.push('model') };
    const { client } = connect(
      async (_, { signal, progress }) => {
        progress(1);
        await new Promise((resolve) => signal.addEventListener('abort', resolve));
        return { ...parts, model };
      },
      () => disposed.push('worker'),
    );
    const loading = client.load(request);
    client.dispose();
    await loading;
    await expect.poll(() => disposed).toEqual(['model', 'worker']);
  });

  test('ends when the client gives up', async () => {
    const { client } = connect(() => new Promise(() => {}));
    const loading = client.load(request);
    const reason = new Error('enough');
    client.fail(reason);
    await expect(loading).rejects.toBe(reason);
  });
});
