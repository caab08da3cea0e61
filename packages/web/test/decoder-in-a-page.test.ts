import { describe, expect, test } from 'vitest';
import { problems } from './expected-problems.ts';
import { type DescribedError, describeError, usePage } from './open-page.ts';

const { prompt } = problems[0]!;
const using = usePage();

describe('a decoder', () => {
  /** Loads, starts an answer, does something after its third event, and reads on. */
  const interrupt = (action: string) =>
    using.opened.run<{ error?: DescribedError; after: DescribedError | string; events: number }>(
      `${describeError}
      const controller = new AbortController();
      const decoder = await beltline.loadDecoder();
      let events = 0;
      let error;
      try {
        for await (const _ of decoder.generate(prompt, { signal: controller.signal })) {
          if (++events === 3) await (${action})({ decoder, controller });
        }
      } catch (reason) {
        error = describe(reason);
      }
      const after = await decoder.generate(prompt, { maxTokens: 5 }).result().then(
        ({ finishReason }) => finishReason, describe);
      return { error, after, events };`,
      { prompt },
    );

  test('goes on after an answer was aborted', async () => {
    expect(await interrupt('({ controller }) => controller.abort()')).toMatchObject({
      error: { name: 'AbortError' },
      after: 'length',
      events: 3,
    });
  });

  test('that is disposed fails with DISPOSED and ends its worker', async () => {
    const disposed = { name: 'WebError', code: 'DISPOSED' };
    expect(await interrupt('({ decoder }) => decoder.dispose()')).toMatchObject({
      error: disposed,
      after: disposed,
    });
    await expect.poll(() => using.opened.page.workers().length, { timeout: 20_000 }).toBe(0);
  });

  test('whose worker dies fails with WORKER_FAILED', async () => {
    await using.opened.page.exposeFunction('crash', async () => {
      const [worker] = using.opened.page.workers();
      await worker!.evaluate("void setTimeout(() => { throw new Error('out of luck'); })");
    });
    const { error, after } = await interrupt(
      'async () => { await crash(); await new Promise((resolve) => setTimeout(resolve, 200)); }',
    );
    expect(error).toMatchObject({ name: 'WebError', code: 'WORKER_FAILED' });
    expect(error?.message).toContain('out of luck');
    expect(after).toMatchObject({ code: 'WORKER_FAILED' });
  });

  test('passes on the errors of the decoder', async () => {
    const error = await using.opened.run(`${describeError}
      const decoder = await beltline.loadDecoder();
      return decoder.generate('').result().catch(describe);`);
    expect(error).toMatchObject({ name: 'DecoderError', code: 'EMPTY_PROMPT' });
  });
});

describe('a fork', () => {
  /** Special tokens out of the way: how long texts are does not hang on the model. Finite, for it goes to the page as JSON. */
  const logitBias = { 0: -1e4, 1: -1e4, 2: -1e4 };

  test('streams its branches and goes on after those that are kept', async () => {
    const found = await using.opened.run<{
      streamed: string[];
      results: { text: string; tokens: number[]; finishReason: string }[];
      joined: string;
      conclusion: { text: string; finishReason: string };
      again: { text: string }[];
    }>(
      `const decoder = await beltline.loadDecoder('tiny', { threads: 2 });
      const branches = ['Crumb:', 'The Daily Loaf:'].map((prompt) => ({ prompt, maxTokens: 8, logitBias }));
      const textOf = async (pieces) => {
        let text = '';
        for await (const piece of pieces) text += piece;
        return text;
      };
      const fork = decoder.fork(prompt, branches);
      const streamed = await Promise.all(fork.branches.map(textOf));
      const results = await fork.results();
      fork.keep([1]);
      const join = fork.join('So:', { maxTokens: 5, logitBias });
      let joined = '';
      for await (const event of join) if (event.type === 'text-delta') joined += event.text;
      const conclusion = await join.result();
      fork.dispose();
      const second = decoder.fork(prompt, branches);
      const again = await second.results();
      second.dispose();
      return { streamed, results, joined, conclusion, again };`,
      { prompt, logitBias },
    );
    expect(found.results.map(({ text }) => text)).toEqual(found.streamed);
    for (const { tokens, finishReason } of found.results) {
      expect(finishReason).toBe('length');
      expect(tokens).toHaveLength(8);
    }
    expect(found.conclusion).toMatchObject({ text: found.joined, finishReason: 'length' });
    expect(found.again).toEqual(found.results);
  });

  test('fails with the reason of its signal, and with typed errors; the decoder goes on', async () => {
    const found = await using.opened.run<Record<string, unknown>>(
      `${describeError}
      const decoder = await beltline.loadDecoder();
      const controller = new AbortController();
      const fork = decoder.fork(prompt, [{ prompt: 'a:' }, { prompt: 'b:' }], { signal: controller.signal, logitBias });
      const waiting = fork.results().catch((reason) => reason);
      const stopped = await (async () => {
        for await (const _ of fork.branches[1]) controller.abort('enough');
      })().catch((reason) => reason);
      const errorOf = (branches) => decoder.fork(prompt, branches).results().catch(describe);
      let refused;
      try {
        decoder.fork(prompt, [{ constraint() {} }]);
      } catch (error) {
        refused = describe(error);
      }
      return {
        stopped,
        waiting: await waiting,
        none: await errorOf([]),
        long: await errorOf([{ prompt: 'x'.repeat(50000) }]),
        refused,
        after: (await decoder.generate(prompt, { maxTokens: 5 }).result()).finishReason,
      };`,
      { prompt, logitBias },
    );
    expect(found).toMatchObject({
      stopped: 'enough',
      waiting: 'enough',
      none: { name: 'RangeError' },
      long: { name: 'DecoderError', code: 'PROMPT_TOO_LONG' },
      refused: { name: 'TypeError', message: expect.stringContaining('constraint is a function') },
      after: 'length',
    });
  });
});
