import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { BackendError } from '@beltline/backend';
import { DecoderError } from '@beltline/decoder';
import { ModelsError } from '@beltline/models';
import {
  type Decoder,
  type LoadProgress,
  loadDecoder,
  type WorkerDecoder,
  WorkerError,
} from '@beltline/node';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { loadDecoderInWorker } from './start-worker.ts';

const question = 'Discuss a school trip from the aspects of budget, route, and food.';
const limits = { maxTokens: 200, maxBranchTokens: 30 };
const golden = fileURLToPath(new URL('../../../fixtures/golden/llama', import.meta.url));

// Nothing is kept for later prompts, so that both always do the same.
const options = { prefixCache: { maxTokens: 0 } };
let direct: Decoder;
let decoder: WorkerDecoder;
beforeAll(async () => {
  [direct, decoder] = await Promise.all([loadDecoder('tiny', options), loadDecoderInWorker('tiny', options)]);
});
afterAll(() => Promise.all([direct.dispose(), decoder.dispose()]));

/** Events without times. */
async function readEvents(events: AsyncIterable<unknown>): Promise<unknown[]> {
  const list: unknown[] = [];
  for await (const event of events) list.push(event);
  const times = ['milliseconds', 'tokensPerSecond'];
  return JSON.parse(JSON.stringify(list, (key, value) => (times.includes(key) ? undefined : value)));
}

describe('a decoder in a worker', () => {
  test.each(['sequential', 'parallel'] as const)('gives the same events in %s mode', async (mode) => {
    const given = { ...limits, mode, temperature: 0.8, seed: 4, trace: true };
    const events = await readEvents(decoder.generate(question, given));
    expect(events).toEqual(await readEvents(direct.generate(question, given)));
    expect(events.at(-1)).toMatchObject({ type: 'finish', result: { tokens: expect.any(Array) } });
  });

  test('may have a second graph for wide passes', async () => {
    const cacheFolder = await mkdtemp(join(tmpdir(), 'beltline-worker-wide-'));
    onTestFinished(() => rm(cacheFolder, { recursive: true }));
    const given = { ...options, cacheFolder, wide: true } as const;
    const wide = await Promise.all([loadDecoder(golden, given), loadDecoderInWorker(golden, given)]);
    const [inThread, inWorker] = await Promise.all(
      wide.map((each) => readEvents(each.generate(question, { maxTokens: 20 }))),
    );
    expect(inWorker).toEqual(inThread);
    for (const { model } of wide) expect(model.capabilities.widePrecision).toBe('w8a8');
    await Promise.all(wide.map((each) => each.dispose()));
  });

  test('gives the same branches of a fork and the same conclusion', async () => {
    const branches = ['Crumb:', 'Ovenly:', 'Loaf:'].map((prompt) => ({ prompt, maxTokens: 12 }));
    const decode = async (fork: ReturnType<WorkerDecoder['fork']>) => {
      const events = await readEvents(fork);
      fork.keep([2, 0]);
      const results = await fork.results();
      return [events, results, await readEvents(fork.join(' In short:', { maxTokens: 8 }))];
    };
    const given = { temperature: 1.1, seed: 5 };
    expect(await decode(decoder.fork('Judge each name.', branches, given))).toEqual(
      await decode(direct.fork('Judge each name.', branches, given)),
    );
  });

  test('reads a prompt once for all that begin as it does', async () => {
    const documents = 'Document 1: Ann lives in Rome.\nDocument 2: Bob lives in Oslo.\n';
    const answers = [];
    for (const each of [decoder, direct]) {
      const prefix = await each.prefill(documents);
      const { tokens, statistics } = await each.generate(`${documents}Who is Ann?`, limits).result();
      prefix.dispose();
      answers.push({ held: prefix.tokens, reused: statistics.reusedTokens, tokens });
    }
    expect(answers[0]).toEqual(answers[1]);
    expect(answers[0]!.reused).toBeGreaterThan(10);
  });

  test('answers two callers at once as it answers each alone', async () => {
    const prompts = [question, 'Judge each name for a bakery: Crumb, Ovenly.'];
    const [together, alone] = await Promise.all(
      [decoder, direct].map((each) =>
        Promise.all(prompts.map(async (prompt) => (await each.generate(prompt, limits).result()).tokens)),
      ),
    );
    expect(together).toEqual(alone);
  });

  test('stops when its signal aborts, with its very reason, and goes on with others', async () => {
    const controller = new AbortController();
    const reason = { enough: true };
    const aborted = decoder.generate(question, { ...limits, signal: controller.signal });
    let events = 0;
    const reading = (async () => {
      for await (const _ of aborted) if (++events === 5) controller.abort(reason);
    })();
    await expect(reading).rejects.toBe(reason);
    await expect(aborted.result()).rejects.toBe(reason);
    expect(events).toBe(5);
    const { tokens } = await decoder.generate('hello', { maxTokens: 3 }).result();
    expect(tokens.length).toBeGreaterThan(0);
  });

  test('has no result where its events were left, as without a worker', async () => {
    for (const each of [decoder, direct]) {
      const generation = each.generate(question, limits);
      for await (const _ of generation) break;
      const error = await generation.result().catch((reason: unknown) => reason);
      expect(error).toBeInstanceOf(DecoderError);
      expect(error).toMatchObject({ code: 'STOPPED_EARLY' });
    }
  });

  test('knows its model, and refuses functions', () => {
    const { shape, capabilities } = direct.model;
    expect(decoder.model).toEqual({ shape, capabilities });
    const outlineConstraint = (() => () => {}) as unknown as 'grammar';
    expect(() => decoder.generate(question, { outlineConstraint })).toThrow(TypeError);
  });

  test.each([
    ['an empty prompt', '', {}],
    ['a long prompt', 'x'.repeat(20000), {}],
    ['no tokens', 'hello', { maxTokens: 0 }],
    ['an unknown mode', 'hello', { mode: 'fast' as 'parallel' }],
  ])('fails as the decoder does: %s', async (_what, prompt, given) => {
    const [error, expected] = await Promise.all(
      [decoder, direct].map(async (each) => {
        try {
          return await each.generate(prompt, given).result();
        } catch (reason) {
          return reason as DecoderError;
        }
      }),
    );
    expect(error).toBeInstanceOf(Error);
    expect(error!.constructor).toBe(expected!.constructor);
    expect(error).toMatchObject({ ...expected, message: (expected as Error).message });
  });
});

describe('loading in a worker', () => {
  let scratch: string;
  beforeAll(async () => {
    scratch = await mkdtemp(join(tmpdir(), 'beltline-worker-'));
  });
  afterAll(() => rm(scratch, { recursive: true }));

  test('tells its progress, and decodes as without a worker', async () => {
    const progress: LoadProgress[] = [];
    const cacheFolder = join(scratch, 'built');
    const built = await loadDecoderInWorker(golden, {
      ...{ cacheFolder, precision: 'int8', threads: 1 },
      onProgress: (each) => progress.push(each),
    });
    const same = await loadDecoder(golden, { cacheFolder, precision: 'int8' });
    onTestFinished(async () => void (await Promise.all([built.dispose(), same.dispose()])));
    expect(progress.at(-1)).toMatchObject({ phase: 'build', done: progress.at(-1)?.total });
    expect(built.model).toEqual({
      shape: same.model.shape,
      capabilities: { device: 'cpu', precision: 'int8' },
      threads: 1,
    });
    const [first, second] = await Promise.all(
      [built, same].map((each) => each.generate('hi', { maxTokens: 8 }).result()),
    );
    expect(first?.tokens).toEqual(second?.tokens);
  });

  test('leaves nothing behind when it is aborted', async () => {
    const controller = new AbortController();
    const cacheFolder = join(scratch, 'aborted');
    const reason = new Error('enough');
    const loading = loadDecoderInWorker(golden, {
      ...{ cacheFolder, precision: 'fp32', signal: controller.signal },
      onProgress: () => controller.abort(reason),
    });
    await expect(loading).rejects.toBe(reason);
    const files = await readdir(cacheFolder, { recursive: true }).catch(() => []);
    expect(files.filter((file) => file.includes('.onnx') || file.includes('.part'))).toEqual([]);
    await expect(loadDecoder('tiny', { worker: true, signal: AbortSignal.abort('no') })).rejects.toBe('no');
  });

  test('fails with the errors of the parts, by class', async () => {
    const missing = await loadDecoderInWorker(join(scratch, 'nothing')).catch((reason: unknown) => reason);
    expect(missing).toBeInstanceOf(ModelsError);
    expect(missing).toMatchObject({ name: 'ModelsError', code: 'MODEL_NOT_FOUND' });
    const fixed = await loadDecoderInWorker('tiny', { precision: 'int4' }).catch((reason: unknown) => reason);
    expect(fixed).toBeInstanceOf(BackendError);
    expect(fixed).toMatchObject({ code: 'UNSUPPORTED' });
  });
});

describe('a worker that ends', () => {
  const script = new URL('crashing-worker.ts', import.meta.url);

  test.each([
    ['exit', 'exit code 3'],
    ['throw', 'it broke'],
    ['reject', 'it broke'],
  ])('by itself (%s) fails all that is open and all that comes', async (how, why) => {
    const crashing = await loadDecoderInWorker('tiny', {}, { script, argv: [how] });
    const fork = crashing.fork('Judge.', [{ prompt: 'a:' }]);
    const failing = [crashing.generate('hello').result(), fork.results(), crashing.prefill('hello')];
    for (const each of await Promise.allSettled(failing)) {
      const { reason } = each as PromiseRejectedResult;
      expect(reason).toBeInstanceOf(WorkerError);
      expect(reason).toMatchObject({ code: 'WORKER_FAILED', message: expect.stringContaining(why) });
    }
    await expect(crashing.generate('hello').result()).rejects.toMatchObject({ code: 'WORKER_FAILED' });
    await crashing.dispose();
  });

  test('because it cannot start fails the loading', async () => {
    const nowhere = new URL('no-such-worker.ts', import.meta.url);
    const loading = loadDecoderInWorker('tiny', {}, { script: nowhere });
    await expect(loading).rejects.toMatchObject({ name: 'WorkerError', code: 'WORKER_FAILED' });
  });

  test('because the decoder is disposed fails what is open, and what comes later', async () => {
    const disposed = await loadDecoderInWorker();
    const generation = disposed.generate(question, limits);
    let events = 0;
    const reading = (async () => {
      for await (const _ of generation) if (++events === 5) void disposed.dispose();
    })();
    await expect(reading).rejects.toBeInstanceOf(BackendError);
    await expect(generation.result()).rejects.toMatchObject({ code: 'DISPOSED' });
    await Promise.all([disposed.dispose(), disposed.dispose()]);
    await expect(disposed.generate('hello').result()).rejects.toMatchObject({ code: 'DISPOSED' });
    await expect(disposed.prefill('hello')).rejects.toMatchObject({ name: 'BackendError', code: 'DISPOSED' });
  });
});
