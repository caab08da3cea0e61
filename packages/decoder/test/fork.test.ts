import { createDecoder, type ForkBranch, type JoinOptions, type StageEvent } from '@beltline/decoder';
import { describe, expect, test } from 'vitest';
import { createByteTokenizer, createScriptedModel } from './scripted-model.ts';
import { watchCaches } from './watch-caches.ts';

const tokenizer = createByteTokenizer(['ab', '!\n', 'k!']);
const prefix = 'Which of these?';

/** What the model writes after a text it sees: to each name its letters in reverse, then what was asked for. */
function respond(visible: string): string {
  const written = visible.slice(`${prefix}\n`.length);
  const line = written.split('\n').at(-1)!;
  const [name, said] = line.split(':');
  if (said === undefined) return 'no name?\n'.slice(line.length);
  const whole = ` ${[...name!].reverse().join('')} 👍k!\nmore`;
  return whole.startsWith(said) ? whole.slice(said.length) : '';
}

function createScripted(answer: (visible: string) => string = respond) {
  const passes: number[] = [];
  const seen: string[] = [];
  const model = createScriptedModel({
    tokenizer,
    respond(visible) {
      expect(visible.startsWith(`${prefix}\n`)).toBe(true);
      seen.push(visible);
      return answer(visible);
    },
    onPass: ({ tokens }) => passes.push(tokens.length),
  });
  const caches = watchCaches(model);
  return {
    decoder: createDecoder({ model, tokenizer, prefixCache: { maxTokens: 0 } }),
    passes,
    seen,
    caches,
  };
}

const branches: ForkBranch[] = [
  { prompt: 'cab:', stop: ['\n'] },
  { prompt: 'a:', stop: ['\n'] },
  { prompt: 'longest of all:', stop: ['k!'] },
];
const texts = [' bac 👍k!', ' a 👍k!', ' lla fo tsegnol 👍'];

describe('a fork', () => {
  test('decodes every branch as if it were alone after the prefix, in as many passes as the longest needs', async () => {
    const { decoder, passes, caches } = createScripted();
    const fork = decoder.fork(prefix, branches);
    expect(passes).toEqual([]);
    const results = await fork.results();
    expect(results.map(({ text }) => text)).toEqual(texts);
    for (const { tokens, text, finishReason } of results) {
      expect(tokenizer.decode(tokens)).toBe(text);
      expect(finishReason).toBe('stop');
    }
    // The prefix, all prompts at once behind its last token, and then one pass a token.
    const ragged = 1 + tokenizer.encode('cab:a:longest of all:').length;
    expect(passes.slice(0, 2)).toEqual([tokenizer.encode(`${prefix}\n`).length - 1, ragged]);
    expect(passes.slice(2).every((rows, step, all) => rows <= (all[step - 1] ?? 3))).toBe(true);
    expect(caches.size).toBe(1);
    fork.dispose();
    fork.dispose();
    expect(caches.size).toBe(0);
  });

  test('needs no prompts: branches that go on from the same prefix can be mixed with others', async () => {
    const { decoder } = createScripted();
    const fork = decoder.fork(prefix, [{ stop: ['\n'] }, { prompt: 'ab:', stop: ['\n'] }, { maxTokens: 2 }]);
    expect((await fork.results()).map(({ text }) => text)).toEqual(['no name?', ' ba 👍k!', 'no']);
  });

  test('streams each branch by itself, whatever order they are read in', async () => {
    const { decoder } = createScripted();
    const fork = decoder.fork(prefix, branches);
    const collect = async (branch: number) => {
      const pieces: string[] = [];
      for await (const text of fork.branches[branch]!) pieces.push(text);
      return pieces;
    };
    const last = await collect(2);
    expect(last.length).toBeGreaterThan(10);
    expect(last.join('')).toBe(texts[2]);
    for (const piece of last) expect(piece).not.toContain('\ufffd');
    expect((await Promise.all([collect(1), collect(0)])).map((pieces) => pieces.join(''))).toEqual([
      texts[1],
      texts[0],
    ]);
    await expect(collect(2)).rejects.toThrow('can be read once');
    fork.dispose();
  });

  test('tells all that happens, pass by pass, and goes on only as it is read', async () => {
    const { decoder, passes } = createScripted();
    const fork = decoder.fork(prefix, branches);
    const events: StageEvent[] = [];
    for await (const event of fork) {
      events.push(event);
      const before = passes.length;
      await new Promise((resolve) => setTimeout(resolve, 1));
      expect(passes.length).toBe(before);
    }
    const written = texts.map((_, branch) =>
      events.flatMap((event) =>
        event.type === 'branch-delta' && event.branch === branch ? [event.text] : [],
      ),
    );
    expect(written.map((pieces) => pieces.join(''))).toEqual(texts);
    expect(events.filter(({ type }) => type === 'branch-end')).toHaveLength(3);
    await expect(() => fork[Symbol.asyncIterator]().next()).rejects.toThrow('once');
    fork.dispose();
  });

  test('ends one branch alone when it is cancelled', async () => {
    const { decoder } = createScripted();
    const fork = decoder.fork(prefix, branches);
    for await (const text of fork.branches[2]!) if (text.includes('l')) fork.branches[2]!.cancel();
    expect(await fork.results()).toMatchObject([
      { text: texts[0], finishReason: 'stop' },
      { text: texts[1], finishReason: 'stop' },
      { text: ' l', finishReason: 'cancelled' },
    ]);
    fork.dispose();
  });

  test.each<JoinOptions>([
    { join: 'recompute' },
    { join: 'reuse' },
    { join: 'recompute', separator: '' },
    { join: 'reuse', separator: '\n' },
  ])('goes on after the branches that were kept: %o', async (options) => {
    const { separator = '\n\n' } = options;
    const { decoder, seen, caches } = createScripted((visible) =>
      visible.includes('Best') ? ' ab!x'.slice(visible.split('Best')[1]!.length) : respond(visible),
    );
    const fork = decoder.fork(prefix, branches);
    await fork.branches[1]!.ended();
    fork.keep([0, 2]);
    const joining = fork.join('Best', { ...options, stop: ['!'], maxTokens: 9 });
    const before = seen.length;
    await fork.results();
    const result = await joining.result();
    expect(result).toMatchObject({ text: ' ab', finishReason: 'stop' });
    const [first] = seen.slice(before).filter((visible) => visible.includes('Best'));
    const parts = ['cab:', 'longest of all:'].map((prompt, index) => `${prompt}${texts[index * 2]}`);
    if (options.join === 'recompute')
      expect(first).toBe(`${prefix}\n${parts.join(separator)}${separator}Best`);
    else {
      // The branches' tokens lie interleaved in the cache, but nothing is missing and nothing of the third is left.
      const letters = (text: string) => [...text.replace(/[^ -~\n]/gu, '')].sort();
      expect(letters(first!)).toEqual(letters(`${prefix}\n${parts.join(separator)}${separator}Best`));
    }
    expect(caches.size).toBe(0);
    expect(() => fork.join('again')).toThrow('once');
  });

  test('is over, and frees its cache, when it is aborted, disposed, or fails', async () => {
    const controller = new AbortController();
    const aborted = createScripted();
    const fork = aborted.decoder.fork(prefix, branches, { signal: controller.signal });
    const reading = (async () => {
      for await (const _ of fork.branches[0]!) controller.abort(new Error('enough'));
    })();
    await expect(reading).rejects.toThrow('enough');
    await expect(fork.results()).rejects.toThrow('enough');
    await expect(fork.join('x').result()).rejects.toThrow('enough');
    expect(aborted.caches.size).toBe(0);

    const disposed = createScripted();
    const left = disposed.decoder.fork(prefix, branches);
    const waiting = left.results();
    await left.branches[1]!.ended();
    left.dispose();
    await expect(waiting).rejects.toMatchObject({ code: 'STOPPED_EARLY' });
    expect(disposed.caches.size).toBe(0);

    const broken = createScripted(() => {
      throw new Error('broken');
    });
    await expect(broken.decoder.fork(prefix, branches).results()).rejects.toThrow('broken');
    expect(broken.caches.size).toBe(0);
  });

  test('refuses what makes no sense, at once', async () => {
    const { decoder } = createScripted();
    expect(() => decoder.fork(prefix, [])).toThrow(RangeError);
    expect(() => decoder.fork(prefix, [{ maxTokens: 0 }])).toThrow('maxTokens');
    expect(() => decoder.fork(prefix, [{ stop: [''] }])).toThrow('stop');
    expect(() => decoder.fork(prefix, [{ temperature: -1 }])).toThrow('temperature');
    const unset = { temperature: undefined } as unknown as ForkBranch;
    expect(() => decoder.fork(prefix, [unset], { temperature: -1 })).toThrow('temperature');
    const fork = decoder.fork(prefix, branches);
    expect(() => fork.keep([3])).toThrow(RangeError);
    expect(() => fork.keep([])).toThrow(RangeError);
    expect(() => fork.join('', { separator: '' })).toThrow(expect.objectContaining({ code: 'EMPTY_PROMPT' }));
    const long = decoder.fork(prefix, [{ prompt: 'x'.repeat(5000) }]);
    await expect(long.results()).rejects.toMatchObject({ code: 'PROMPT_TOO_LONG' });
  });
});
