import { createDecoder, type DecodeEvent } from '@beltline/decoder';
import { type Decoder, loadDecoder } from '@beltline/node';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { createGeneration } from '../src/generation.ts';
import type { WebDecoder } from '../src/load-decoder.ts';
import type { Endpoint, LoadRequest, PageMessage, WorkerMessage } from '../src/messages.ts';
import { WebError } from '../src/web-error.ts';
import { type DecoderParts, serveDecoder } from '../src/worker/serve-decoder.ts';
import { createWorkerClient } from '../src/worker-client.ts';
import { limits, problems } from './expected-problems.ts';

const request: LoadRequest = {
  source: { kind: 'folder', url: 'https://models.example/tiny/' },
  precision: undefined,
  device: 'wasm',
  threads: undefined,
  runtime: undefined,
  cache: true,
};
const [problem, other] = problems as [(typeof problems)[0], (typeof problems)[0]];

let decoder: Decoder;
let passes = 0;
let running = 0;
let parts: DecoderParts;
beforeAll(async () => {
  decoder = await loadDecoder();
  const { model, tokenizer } = decoder;
  const counting: typeof model = {
    ...model,
    async forward(cache, step) {
      passes++;
      running++;
      try {
        return await model.forward(cache, step);
      } finally {
        running--;
      }
    },
  };
  parts = { model: counting, tokenizer, format: 'trained', threads: 2 };
});
afterAll(() => decoder.dispose());

/** Page and worker in one thread, with a real channel between them. */
function connect(load: () => Promise<DecoderParts> = async () => parts) {
  const { port1, port2 } = new MessageChannel();
  onTestFinished(() => port1.close());
  const sent: WorkerMessage[] = [];
  const worker = port2 as unknown as Endpoint<PageMessage, WorkerMessage>;
  serveDecoder(
    {
      addEventListener: (type, listener) => worker.addEventListener(type, listener),
      postMessage(message) {
        sent.push(message);
        worker.postMessage(message);
      },
    },
    load,
  );
  const client = createWorkerClient(port1 as unknown as Endpoint<WorkerMessage, PageMessage>);
  port1.start();
  port2.start();
  return {
    client,
    sent,
    generate: (...[prompt, options = {}]: Parameters<WebDecoder['generate']>) =>
      createGeneration(client, prompt, options),
  };
}

async function connectLoaded() {
  const connection = connect();
  await connection.client.load(request);
  return connection;
}

/** Events without times, neighbours of one kind joined where only their number may differ. */
async function readEvents(events: AsyncIterable<DecodeEvent>): Promise<DecodeEvent[]> {
  const list: DecodeEvent[] = [];
  for await (const event of events) list.push(event);
  return JSON.parse(
    JSON.stringify(list, (key, value) =>
      key === 'milliseconds' || key === 'tokensPerSecond' ? undefined : value,
    ),
  );
}

const delay = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));

/** Waits until no pass runs and none has begun for a while, however busy the machine is. */
async function idle(): Promise<void> {
  let known = passes;
  for (let still = 0; still < 4; still++) {
    await delay(20);
    if (running > 0 || passes !== known) still = -1;
    known = passes;
  }
}

describe('a generation through a worker', () => {
  test.each(['sequential', 'parallel'] as const)('gives the same events in %s mode', async (mode) => {
    const { generate, sent } = await connectLoaded();
    const options = { ...limits, mode };
    const events = await readEvents(generate(problem.prompt, options));
    // With nothing in memory from earlier prompts, as in the worker.
    expect(events).toEqual(await readEvents(createDecoder(parts).generate(problem.prompt, options)));
    const result = await generate(problem.prompt, options).result();
    expect(result.tokens).toEqual(problem[`${mode}Tokens`]);
    expect(sent.length).toBeLessThan(events.length * 2);
  });

  test('sends what comes between two forward passes in one message', async () => {
    const { generate, sent } = await connectLoaded();
    const before = passes;
    const events = await readEvents(generate(problem.prompt, limits));
    const messages = sent.filter(({ type }) => type === 'values').length;
    expect(messages).toBeLessThanOrEqual(passes - before + 1);
    expect(messages).toBeLessThan(events.length);
  });

  test('is at most one forward pass ahead of its reader', async () => {
    const { generate } = await connectLoaded();
    const start = passes;
    const events = generate(problem.prompt, limits)[Symbol.asyncIterator]();
    await idle();
    expect(passes).toBe(start);
    let seen = 0;
    for (let count = 0; count < 30; count++) {
      const { value } = await events.next();
      if (value?.type === 'text-delta') seen++;
      if (count % 10 === 9) {
        await idle();
        const ahead = passes;
        await idle();
        expect(passes).toBe(ahead);
      }
    }
    expect(seen).toBeGreaterThan(0);
    expect(passes - start).toBeLessThan(33);
    await events.return?.();
    await idle();
    const stopped = passes;
    await idle();
    expect(passes).toBe(stopped);
  });

  test('is as right beside another one', async () => {
    const { generate } = await connectLoaded();
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
    const { generate } = await connectLoaded();
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
    const { generate } = await connectLoaded();
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
    const { generate } = await connectLoaded();
    const waiting = generate(problem.prompt, { signal: AbortSignal.timeout(30) }).result();
    await expect(waiting).rejects.toMatchObject({ name: 'TimeoutError' });
    const before = generate(problem.prompt, { signal: AbortSignal.abort('no') }).result();
    await expect(before).rejects.toBe('no');
  });

  test('that is left early has no result', async () => {
    const { generate } = await connectLoaded();
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
    const { generate } = await connectLoaded();
    await expect(generate(prompt, options).result()).rejects.toMatchObject(error);
  });

  test('fails when the worker dies, and so does all that comes later', async () => {
    const { generate, client } = await connectLoaded();
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
    const { client } = connect();
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
