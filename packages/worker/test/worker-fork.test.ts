import { createDecoder, type ForkOptions } from '@beltline/decoder';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type {
  WorkerForkBranch as ForkBranch,
  WorkerJoinOptions as JoinOptions,
  WorkerFork,
} from '../src/index.ts';
import type { DecoderParts } from '../src/server/serve-decoder.ts';
import { connectLoaded, PresetError, readEvents, watchModel } from './connect-worker.ts';
import { loadEmbeddedModel } from './embedded-model.ts';

const prefix = 'Judge each name for a bakery in one line.';
const branches: ForkBranch[] = [
  { prompt: 'Crumb:', maxTokens: 9 },
  { prompt: 'The Daily Loaf:', maxTokens: 24, stop: ['\n'] },
  { maxTokens: 14, temperature: 0.9 },
];

let loaded: DecoderParts;
let watch: ReturnType<typeof watchModel>;
let parts: DecoderParts;
beforeAll(async () => {
  loaded = await loadEmbeddedModel();
});
afterAll(() => loaded.model.dispose());
beforeEach(() => {
  watch = watchModel(loaded.model);
  // Nothing is kept for later prompts, so that what is left was not freed.
  parts = { ...loaded, model: watch.model, prefixCache: { maxTokens: 0 } };
});

const openFork = async (options?: ForkOptions, given = branches) =>
  (await connectLoaded(parts)).fork(prefix, given, options);
const directFork = (options?: ForkOptions) => createDecoder(parts).fork(prefix, branches, options);

async function textOf(pieces: AsyncIterable<string>): Promise<string> {
  let text = '';
  for await (const piece of pieces) text += piece;
  return text;
}

describe('a fork through a worker', () => {
  test.each<[ForkOptions, JoinOptions]>([
    [{}, {}],
    [
      { temperature: 1.1, seed: 5, trace: true },
      { join: 'reuse', separator: '\n' },
    ],
    [{ temperature: 0.7, seed: 6, kvBudget: 60, chunkSize: 16 }, { temperature: 0 }],
  ])('gives the same events, results and conclusion: %j %j', async (options, joining) => {
    const expected = directFork({ seed: 1, ...options });
    const fork = await openFork({ seed: 1, ...options });
    expect(await readEvents(fork)).toEqual(await readEvents(expected));
    expect(await fork.results()).toEqual(await expected.results());
    expected.keep([2, 0]);
    fork.keep([2, 0]);
    const [join, expectedJoin] = [fork, expected].map((each) =>
      each.join(' In short:', { maxTokens: 8, ...joining }),
    );
    const events = await readEvents(join!);
    expect(events).toEqual(await readEvents(expectedJoin!));
    expect(events.at(-1)).toMatchObject({ type: 'finish', result: { tokens: expect.any(Array) } });
    expect((await join!.result()).tokens).toEqual((await expectedJoin!.result()).tokens);
    expect(() => fork.join('again')).toThrow('once');
    await watch.idle();
    expect(watch.caches()).toBe(0);
  });

  test('streams each branch by itself, whatever order they are read in', async () => {
    const fork = await openFork({ seed: 2 });
    const last = await textOf(fork.branches[2]!);
    const [second, first] = await Promise.all([textOf(fork.branches[1]!), textOf(fork.branches[0]!)]);
    const results = await fork.results();
    expect(results.map(({ text }) => text)).toEqual([first, second, last]);
    expect(results.some(({ text }) => text !== '')).toBe(true);
    fork.dispose();
  });

  test('serves the readers of its events and of its branches at once', async () => {
    const fork = await openFork({ seed: 3 });
    const [events, texts] = await Promise.all([
      readEvents(fork),
      Promise.all(fork.branches.map(textOf)),
      fork.branches[0]!.ended(),
    ]);
    const written = branches.map((_, branch) =>
      events.flatMap((event) =>
        event.type === 'branch-delta' && event.branch === branch ? [event.text] : [],
      ),
    );
    expect(written.map((pieces) => pieces.join(''))).toEqual(texts);
    fork.dispose();
  });

  test('begins with its first reader, and goes on only as it is read', async () => {
    const fork = await openFork();
    await watch.idle();
    expect(watch.passes()).toBe(0);
    const text = fork.branches[2]![Symbol.asyncIterator]();
    for (let count = 0; count < 3; count++) {
      await text.next();
      await watch.idle();
      const ahead = watch.passes();
      await watch.idle();
      expect(watch.passes()).toBe(ahead);
    }
    const before = watch.passes();
    const events = (await openFork())[Symbol.asyncIterator]();
    // The first events come before the first pass.
    for (let count = 0; count < 2; count++) {
      await events.next();
      await watch.idle();
    }
    expect(watch.passes() - before).toBeLessThanOrEqual(2);
    await fork.results();
    expect(watch.passes()).toBeGreaterThan(before + 2);
  });

  test('ends one branch alone when it is cancelled', async () => {
    const expected = await directFork({ seed: 4 }).results();
    const fork = await openFork({ seed: 4 });
    fork.branches[1]!.cancel();
    const results = await fork.results();
    expect(results[1]).toEqual({ text: '', tokens: [], finishReason: 'cancelled' });
    expect([results[0], results[2]]).toEqual([expected[0], expected[2]]);
    fork.dispose();
  });

  test('is as right beside a generation', async () => {
    const { fork, generate } = await connectLoaded(parts);
    const opened = fork(prefix, branches, { seed: 7 });
    const [results, answer] = await Promise.all([
      opened.results(),
      generate(prefix, { maxTokens: 30 }).result(),
    ]);
    expect(results).toEqual(await directFork({ seed: 7 }).results());
    const alone = await createDecoder(parts).generate(prefix, { maxTokens: 30 }).result();
    expect(answer.tokens).toEqual(alone.tokens);
    opened.dispose();
  });

  test('fails all its readers with the very reason when its signal aborts, and frees its cache', async () => {
    const controller = new AbortController();
    const fork = await openFork({ signal: controller.signal });
    const reason = { enough: true };
    const reading = (async () => {
      for await (const _ of fork) if (watch.passes() > 2) controller.abort(reason);
    })();
    const results = fork.results();
    await expect(reading).rejects.toBe(reason);
    await expect(results).rejects.toBe(reason);
    await expect(textOf(fork.branches[0]!)).rejects.toBe(reason);
    await expect(fork.join('So').result()).rejects.toBe(reason);
    await watch.idle();
    expect(watch.caches()).toBe(0);
    const before = watch.passes();
    const late = await openFork({ signal: AbortSignal.abort('no') });
    await expect(late.results()).rejects.toBe('no');
    expect(watch.passes()).toBe(before);
  });

  test.each<[string, (fork: WorkerFork) => Promise<unknown>]>([
    ['before it began', async () => {}],
    ['while it is decoded', async (fork) => fork[Symbol.asyncIterator]().next()],
    ['when a branch has ended', (fork) => fork.branches[0]!.ended()],
    ['when all have', (fork) => fork.results()],
    ['while its join is decoded', (fork) => fork.join('So')[Symbol.asyncIterator]().next()],
  ])('frees its cache when it is disposed %s', async (_when, act) => {
    const fork = await openFork();
    await act(fork);
    const waiting = readEvents(fork.branches[2]!);
    fork.dispose();
    fork.dispose();
    await expect(waiting).rejects.toMatchObject({ name: 'PresetError', code: 'STOPPED_EARLY' });
    await expect(fork.results()).rejects.toMatchObject({ code: 'STOPPED_EARLY' });
    await watch.idle();
    expect(watch.caches()).toBe(0);
    const { signal } = new AbortController();
    expect(await (await openFork({ signal })).results()).toHaveLength(3);
  });

  test('frees its cache when its join is left early', async () => {
    const fork = await openFork();
    const join = fork.join('So');
    for await (const event of join) if (event.type === 'text-delta') break;
    await expect(join.result()).rejects.toMatchObject({ name: 'PresetError', code: 'STOPPED_EARLY' });
    await watch.idle();
    expect(watch.caches()).toBe(0);
  });

  test('keeps name, code and message of what goes wrong in a pass, for every reader, and frees its cache', async () => {
    const error = Object.assign(new Error('the device is gone'), {
      name: 'BackendError',
      code: 'RUN_FAILED',
    });
    const { forward } = watch.model;
    Object.assign(watch.model, {
      forward: (...given: Parameters<typeof forward>) =>
        watch.passes() > 4 ? Promise.reject(error) : forward(...given),
    });
    const fork = await openFork();
    const expected = { name: 'BackendError', code: 'RUN_FAILED', message: 'the device is gone' };
    const reading = Promise.allSettled([readEvents(fork), fork.results(), fork.branches[1]!.ended()]);
    for (const outcome of await reading)
      expect(outcome).toMatchObject({ status: 'rejected', reason: expected });
    await expect(fork.join('So').result()).rejects.toMatchObject(expected);
    await watch.idle();
    expect(watch.caches()).toBe(0);
  });

  test.each<[string, ForkBranch[], ForkOptions, object]>([
    ['no branches', [], {}, { name: 'RangeError' }],
    [
      'no tokens',
      [{ maxTokens: 0 }],
      {},
      { name: 'RangeError', message: expect.stringContaining('maxTokens') },
    ],
    ['an empty stop', [{ stop: [''] }], {}, { message: expect.stringContaining('stop') }],
    ['a cold temperature', branches, { temperature: -1 }, { name: 'RangeError' }],
    ['a long prompt', [{ prompt: 'x'.repeat(50000) }], {}, { name: 'DecoderError', code: 'PROMPT_TOO_LONG' }],
  ])('fails with the error of the decoder when it is read: %s', async (_what, given, options, error) => {
    const fork = await openFork(options, given);
    await expect(fork.results()).rejects.toMatchObject(error);
    await expect(fork.results()).rejects.toMatchObject(error);
    fork.dispose();
    expect(watch.caches()).toBe(0);
  });

  test('refuses at once what it can tell', async () => {
    const { fork, generate } = await connectLoaded(parts);
    const constraint = () => {};
    const constrained: ForkBranch[] = [Object.assign({ prompt: 'a:' }, { constraint })];
    expect(() => fork(prefix, constrained)).toThrow(TypeError);
    expect(() => fork(prefix, constrained)).toThrow('constraint is a function');
    const outlineConstraint = (() => constraint) as unknown as 'grammar';
    expect(() => generate(prefix, { outlineConstraint })).toThrow('outlineConstraint is a function');
    const opened = fork(prefix, branches);
    expect(() => opened.join('So', { constraint } as JoinOptions)).toThrow('constraint is a function');
    expect(() => opened.keep([3])).toThrow(RangeError);
    expect(() => opened.keep([])).toThrow(RangeError);
    opened.keep([0, 1]);
    expect(() => opened.keep([2])).toThrow('can be kept (0, 1), got 2');
    const join = opened.join('', { separator: '' });
    await expect(join.result()).rejects.toMatchObject({ name: 'DecoderError', code: 'EMPTY_PROMPT' });
    opened.dispose();
  });

  test('fails when the worker dies, and so does all that comes later', async () => {
    const { fork, client } = await connectLoaded(parts);
    const opened = fork(prefix, branches);
    const results = opened.results();
    const error = new PresetError('WORKER_FAILED', 'it died');
    client.fail(error);
    await expect(results).rejects.toBe(error);
    await expect(opened.join('So').result()).rejects.toBe(error);
    opened.dispose();
  });
});
