import { createReferenceModel } from '@beltline/backend/reference';
import {
  createDecoder,
  type DecodeEvent,
  type DecoderOptions,
  type GenerateOptions,
} from '@beltline/decoder';
import { describe, expect, test } from 'vitest';
import { goldenModels } from '../../backend/test/golden-models.ts';
import { createRandomModel } from './random-model.ts';
import { createByteTokenizer, createScriptedModel } from './scripted-model.ts';
import { runSessions } from './session.ts';
import { countSlots, watchCaches } from './watch-caches.ts';

const tokenizer = createByteTokenizer();
const encode = (text: string) => tokenizer.encode(text);
const documents = 'Ann is in Rome. Bob is in Oslo. ';

interface Setting extends Pick<DecoderOptions, 'prefixCache'> {
  /** How many tokens all caches together have memory for. */
  readonly memory?: number;
}

/** Answers a question at the end of what it sees; `read` are the texts of all passes. */
function createReader({ prefixCache, memory = Infinity }: Setting = {}) {
  const read: string[] = [];
  const requireMemory = (tokens: number) => {
    if (countSlots(caches) + tokens > memory) throw new RangeError('Array buffer allocation failed');
  };
  const model = createScriptedModel({
    tokenizer,
    respond(text) {
      const [, name, written = ''] = /^.*(Ann|Bob)\?([^?]*)$/s.exec(text) ?? [];
      if (!name) return '';
      const answer = name === 'Ann' ? ' In Rome.' : ' In Oslo.';
      return answer.startsWith(written) ? answer.slice(written.length) : '';
    },
    onPass({ tokens }) {
      read.push(tokenizer.decode([...tokens]));
      requireMemory(tokens.length);
    },
  });
  const caches = watchCaches(model);
  const { createCache } = model;
  Object.assign(model, {
    createCache(options: Parameters<typeof createCache>[0]) {
      requireMemory(options?.copyOf?.length ?? 0);
      return createCache(options);
    },
  });
  const decoder = createDecoder({ model, tokenizer, format: 'trained', ...(prefixCache && { prefixCache }) });
  const ask = (text: string, options: GenerateOptions = {}) =>
    decoder.generate({ tokens: encode(text) }, { mode: 'sequential', ...options }).result();
  return { decoder, model, caches, read, ask };
}

describe('a prompt that begins as an earlier one', () => {
  test('is read from where it differs', async () => {
    const { ask, read, caches } = createReader();
    const first = await ask(`${documents}Where is Ann?`);
    expect(first.statistics).toMatchObject({ promptTokens: 45, reusedTokens: 0 });
    read.length = 0;
    const second = await ask(`${documents}Where is Bob?`);
    expect(second.text).toBe(' In Oslo.');
    const { promptTokens, reusedTokens, stages } = second.statistics;
    expect([promptTokens, reusedTokens]).toEqual([45, `${documents}Where is `.length]);
    expect(stages[0]).toMatchObject({ stage: 'prefill', tokens: 4, forwardPasses: 1 });
    expect(read.slice(0, 2)).toEqual(['Bob', '?']);
    expect(countSlots(caches)).toBe(2 * (45 + ' In Rome.'.length));
  });

  test('takes the answers in a conversation with it', async () => {
    const { ask, caches } = createReader();
    let text = `${documents}Ann?`;
    for (let turn = 0; turn < 4; turn++) {
      const { text: answer, statistics } = await ask(text);
      expect(answer).toBe(turn % 2 ? ' In Oslo.' : ' In Rome.');
      const before = text.length - ' Bob?'.length;
      expect(statistics.reusedTokens).toBe(turn === 0 ? 0 : before);
      text += `${answer} ${turn % 2 ? 'Ann' : 'Bob'}?`;
    }
    // What a conversation has outgrown is not kept beside it.
    expect(caches.size).toBe(1);
  });

  test('leaves its last token to be read, even when it is the same', async () => {
    const { ask } = createReader();
    const results = [await ask(`${documents}Ann?`), await ask(`${documents}Ann?`), await ask('A')];
    expect(results.map(({ statistics }) => statistics.reusedTokens)).toEqual([0, 35, 0]);
    expect(results.map(({ text }) => text)).toEqual([' In Rome.', ' In Rome.', '']);
  });

  test('tells how far the rest of it is read', async () => {
    const { decoder, ask } = createReader();
    await ask(`${documents}Ann?`);
    const events: DecodeEvent[] = [];
    const tokens = encode(`${documents}And now tell me: where is Bob?`);
    for await (const event of decoder.generate({ tokens }, { mode: 'sequential', chunkSize: 10 })) {
      events.push(event);
    }
    const told = events.filter((event) => event.type === 'prefill-delta');
    const rest = tokens.length - documents.length - 'An'.length - 1;
    expect(told.map(({ done, tokens: all }) => [done, all])).toEqual([
      [10, rest],
      [20, rest],
      [rest, rest],
    ]);
  });

  test('shares it with others at the same time', async () => {
    const { ask, caches } = createReader();
    await ask(`${documents}Ann?`);
    const answers = await Promise.all(
      ['Ann?', 'Bob?', 'Is it Ann?'].map((question) => ask(documents + question)),
    );
    expect(answers.map(({ text }) => text)).toEqual([' In Rome.', ' In Oslo.', ' In Rome.']);
    for (const { statistics } of answers)
      expect(statistics.reusedTokens).toBeGreaterThanOrEqual(documents.length);
    expect(caches.size).toBe(3);
  });

  test('may be that of a fork, and of what goes on after its first branch', async () => {
    const { decoder, ask } = createReader();
    const prefix = { tokens: encode(documents) };
    const branches = ['Ann?', 'Bob?'].map((prompt) => ({ prompt }));
    const first = decoder.fork(prefix, branches);
    const { statistics } = await first.join(' So').result();
    expect(statistics.reusedTokens).toBe(0);
    const second = decoder.fork(prefix, branches);
    expect((await second.results()).map(({ text }) => text)).toEqual([' In Rome.', ' In Oslo.']);
    expect((await second.join(' So').result()).statistics.reusedTokens).toBe(documents.length - 1);
    expect((await ask(`${documents}Ann? In Rome. Bob?`)).statistics.reusedTokens).toBe(
      `${documents}Ann? In Rome.`.length,
    );
  });
});

describe('what is kept', () => {
  test('is bounded, and what was used last stays', async () => {
    const { ask, caches } = createReader({ prefixCache: { maxTokens: 100 } });
    const [rome, oslo, paris] = ['1', '2', '3'].map((name) => `${name}${documents}`);
    const reused = async (text: string) => {
      const { statistics } = await ask(`${text}Ann?`);
      expect(countSlots(caches)).toBeLessThanOrEqual(100);
      return statistics.reusedTokens > 0;
    };
    expect([await reused(rome!), await reused(oslo!)]).toEqual([false, false]);
    expect(await reused(rome!)).toBe(true);
    expect(await reused(paris!)).toBe(false);
    expect(await reused(rome!)).toBe(true);
    expect(await reused(oslo!)).toBe(false);
  });

  test('is the beginning of what is longer than all that may be kept', async () => {
    const { ask, caches } = createReader({ prefixCache: { maxTokens: 20 } });
    await ask(`${documents}Ann?`);
    expect((await ask(`${documents}Bob?`)).statistics.reusedTokens).toBe(20);
    expect(countSlots(caches)).toBe(20);
  });

  test('is nothing where it is turned off', async () => {
    const { ask, caches } = createReader({ prefixCache: { maxTokens: 0 } });
    for (const _ of [1, 2]) expect((await ask(`${documents}Ann?`)).statistics.reusedTokens).toBe(0);
    expect(caches.size).toBe(0);
    expect(() => createReader({ prefixCache: { maxTokens: -1 } })).toThrow(RangeError);
    expect(() => createReader({ prefixCache: { maxTokens: 0.5 } })).toThrow(RangeError);
  });

  test('is what an abort or a reader who leaves has left, and nothing after a failure', async () => {
    const { decoder, caches, model } = createReader();
    const tokens = encode(`${documents}Ann?`);
    const controller = new AbortController();
    const aborted = decoder.generate({ tokens }, { chunkSize: 10, signal: controller.signal });
    await expect(async () => {
      for await (const { type } of aborted) if (type === 'prefill-delta') controller.abort();
    }).rejects.toThrow(controller.signal.reason);
    expect(countSlots(caches)).toBe(10);

    for await (const { type } of decoder.generate({ tokens })) if (type === 'text-delta') break;
    expect(countSlots(caches)).toBeGreaterThanOrEqual(tokens.length);

    const { forward } = model;
    Object.assign(model, {
      async forward(...pass: Parameters<typeof forward>) {
        const rows = await forward(...pass);
        for (const row of rows) row.fill(Number.NaN);
        return rows;
      },
    });
    const before = countSlots(caches);
    const failing = decoder.generate({ tokens: encode('something else altogether') }).result();
    await expect(failing).rejects.toMatchObject({ code: 'INVALID_LOGITS' });
    expect(countSlots(caches)).toBe(before);
  });

  test('is freed where memory runs short in a pass, and the answer is the same', async () => {
    const { ask, caches } = createReader({ memory: 60 });
    await ask(`1${documents}Ann?`);
    const { text, statistics } = await ask(`2${documents}Bob?`);
    expect([text, statistics.reusedTokens]).toEqual([' In Oslo.', 0]);
    expect(caches.size).toBe(1);
    expect((await ask(`2${documents}Bob? In Oslo. Ann?`)).text).toBe(' In Rome.');
  });

  test('is freed where memory is too short for a copy of it; what is held stays, and is copied', async () => {
    const { decoder, ask, caches } = createReader({ memory: 80 });
    await ask(`${documents}Ann?`);
    await ask(`${documents}Ann? In Rome. Bob?`);
    const { text, statistics } = await ask(`${documents}Ann? In Rome. And Bob?`);
    expect([text, statistics.reusedTokens]).toEqual([' In Oslo.', 0]);
    const prefix = await decoder.prefill({ tokens: encode(`3${documents}`) });
    expect(countSlots(caches)).toBe(prefix.tokens);
    for (const name of ['Ann', 'Bob', 'Ann']) {
      expect((await ask(`3${documents}${name}?`)).statistics.reusedTokens).toBe(prefix.tokens);
    }
  });

  test('helps a pass once: what fails again, or with nothing to free, is told', async () => {
    const { ask, read, caches } = createReader({ memory: 50 });
    const tooLong = `${documents}${documents}Ann?`;
    const failure = { name: 'BackendError', code: 'RUN_FAILED' };
    await expect(ask(tooLong)).rejects.toMatchObject(failure);
    expect(read).toHaveLength(1);
    await ask('Ann?');
    read.length = 0;
    await expect(ask(tooLong)).rejects.toMatchObject(failure);
    expect(read).toHaveLength(2);
    expect(caches.size).toBe(0);
  });

  test('ends with the decoder, also where an answer is under way', async () => {
    const { decoder, ask, caches } = createReader();
    await ask(`${documents}Ann?`);
    const leaving = decoder.generate({ tokens: encode(`${documents}Bob?`) })[Symbol.asyncIterator]();
    await leaving.next();
    await decoder.dispose();
    await leaving.return!();
    expect(caches.size).toBe(0);
    await expect(ask('Ann?')).rejects.toMatchObject({ code: 'DISPOSED' });
  });
});

describe('a prefix', () => {
  test('is held until it is disposed, whatever else is kept', async () => {
    const { decoder, ask, caches } = createReader({ prefixCache: { maxTokens: 0 } });
    const progress: number[][] = [];
    const prefix = await decoder.prefill(
      { tokens: encode(documents) },
      { chunkSize: 20, onProgress: ({ done, tokens }) => progress.push([done, tokens]) },
    );
    expect(progress).toEqual([
      [20, 31],
      [31, 31],
    ]);
    expect(prefix.tokens).toBe(31);
    for (const name of ['Ann', 'Bob']) {
      const { text, statistics } = await ask(`${documents}${name}?`);
      expect([text, statistics.reusedTokens]).toEqual([name === 'Ann' ? ' In Rome.' : ' In Oslo.', 31]);
    }
    expect(countSlots(caches)).toBe(31);
    prefix.dispose();
    prefix.dispose();
    expect(caches.size).toBe(0);
    expect((await ask(`${documents}Ann?`)).statistics.reusedTokens).toBe(0);
  });

  test('is encoded as a prompt, and may begin with another one', async () => {
    const { decoder } = createReader();
    const short = await decoder.prefill(documents);
    expect(short.tokens).toBe(documents.length);
    const passes: unknown[] = [];
    const long = await decoder.prefill(`${documents}Ann?`, {
      chunkSize: 1,
      onProgress: (step) => passes.push(step),
    });
    expect(passes).toEqual([1, 2, 3, 4].map((done) => ({ done, tokens: 4 })));
    for (const prefix of [short, long]) prefix.dispose();
    await expect(decoder.prefill(' ')).rejects.toMatchObject({ code: 'EMPTY_PROMPT' });
    await expect(decoder.prefill('x'.repeat(5000))).rejects.toMatchObject({ code: 'PROMPT_TOO_LONG' });
    await expect(decoder.prefill('x', { chunkSize: 0 })).rejects.toThrow(RangeError);
  });

  test('stops when it is aborted; what was read is kept as of any prompt', async () => {
    const { decoder, caches } = createReader({ prefixCache: { maxTokens: 15 } });
    const controller = new AbortController();
    const reading = decoder.prefill(documents, {
      chunkSize: 10,
      signal: controller.signal,
      onProgress: ({ done }) => done === 20 && controller.abort(new Error('enough')),
    });
    await expect(reading).rejects.toThrow('enough');
    expect(countSlots(caches)).toBe(15);
  });
});

test('a fork that was disposed cannot be joined any more, for its cache is another prompt’s', async () => {
  const { decoder, caches } = createReader();
  const fork = decoder.fork({ tokens: encode(documents) }, [{ prompt: 'Ann?' }]);
  await fork.results();
  fork.dispose();
  expect(caches.size).toBe(1);
  await expect(fork.join('x').result()).rejects.toMatchObject({ code: 'STOPPED_EARLY' });
  const running = decoder.fork({ tokens: encode('Bob?') }, [{}]);
  await running.branches[0]![Symbol.asyncIterator]().next();
  running.dispose();
  expect(caches.size).toBe(1);
});

test('sessions of random conversations, forks, aborts and answers at once are the same with and without', async () => {
  const model = createReferenceModel(goldenModels[0]!);
  const seen = await runSessions(model, { sessions: 8, seed: 7 });
  expect(Math.min(seen.reused, seen.parallel, seen.aborted, seen.joined)).toBeGreaterThan(3);
  expect(seen.reused).toBeGreaterThan(20);
});

test('500 answers with random ends keep no more than they may', async () => {
  const model = createRandomModel({ tokenizer, seed: 1, favoured: { characters: '#:%', bonus: 3 } });
  const caches = watchCaches(model);
  const decoder = createDecoder({ model, tokenizer, prefixCache: { maxTokens: 300 } });
  let most = 0;
  for (let index = 0; index < 500; index++) {
    const controller = new AbortController();
    const prompt = { tokens: encode(`${'abc'.slice(index % 3)} ${index % 7}`) };
    const options = {
      temperature: 1,
      seed: index,
      maxTokens: 60,
      maxBranchTokens: 8,
      signal: controller.signal,
    };
    let events = (index * 31) % 70;
    try {
      for await (const _ of decoder.generate(prompt, options)) {
        if (events-- > 0) continue;
        if (index % 2) controller.abort();
        else break;
      }
    } catch (error) {
      expect(error).toBe(controller.signal.reason);
    }
    most = Math.max(most, countSlots(caches));
  }
  expect(most).toBeLessThanOrEqual(300);
  expect(most).toBeGreaterThan(250);
  await decoder.dispose();
  expect(caches.size).toBe(0);
});
