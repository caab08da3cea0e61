import { readFileSync } from 'node:fs';
import { createDecoder, type GenerateOptions } from '@beltline/decoder';
import { createTokenizer } from '@beltline/tokenizer';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { collect } from './scripted-answer.ts';
import {
  createByteTokenizer,
  createPrefixingTokenizer,
  createScriptedModel,
  respondWith,
  type Script,
  writeAnswer,
} from './scripted-model.ts';

const bytes = createByteTokenizer();
const readJson = (file: string) =>
  JSON.parse(readFileSync(new URL(`../../../fixtures/golden/llama/${file}`, import.meta.url), 'utf8'));
/** A real vocabulary, in which markers, colons and line breaks share tokens with their neighbours. */
const merged = createTokenizer({
  tokenizer: readJson('tokenizer.json'),
  tokenizerConfig: {
    ...readJson('tokenizer_config.json'),
    chat_template: "{{ messages[0].content + '\\n' }}",
  },
});

const trip: Script = {
  preamble: 'Let us see.\n\n',
  steps: [
    { title: 'cost', body: ' low\n\n' },
    { title: 'time', body: ' about three days\n\n' },
    { title: 'risk 🎲', body: ' 小さい, so fine\n\n' },
  ],
  conclusion: '\nGo.',
};

function createScriptedDecoder(script: Script, { tokenizer = bytes, prompt = 'Shall I go?' } = {}) {
  const passes: number[] = [];
  const model = createScriptedModel({
    tokenizer,
    respond: respondWith(`${prompt}\n`, script),
    onPass: ({ tokens }) => passes.push(tokens.length),
  });
  const decoder = createDecoder({ model, tokenizer, format: 'trained' });
  const run = (options: GenerateOptions = {}) => decoder.generate(prompt, options);
  return { run, passes };
}

describe('the three stages', () => {
  test.each(['recompute', 'reuse'] as const)(
    'write the same answer as sequential decoding (%s join)',
    async (join) => {
      const { run } = createScriptedDecoder(trip);
      const parallel = await run({ join }).result();
      const sequential = await run({ mode: 'sequential' }).result();
      expect(parallel.text).toBe(writeAnswer(trip));
      expect(parallel.tokens).toEqual(sequential.tokens);
      expect(parallel).toMatchObject({ mode: 'parallel', finishReason: 'stop' });
      expect(parallel.branches).toEqual([
        { block: 0, title: 'cost', text: 'low', finishReason: 'stop' },
        { block: 0, title: 'time', text: 'about three days', finishReason: 'stop' },
        { block: 0, title: 'risk 🎲', text: '小さい, so fine', finishReason: 'stop' },
      ]);
      expect(sequential).toMatchObject({ mode: 'sequential', branches: [] });
      expect(sequential.document).toEqual(parallel.document);
    },
  );

  test('need one pass per outline token, per token of the longest branch, and per conclusion token', async () => {
    const { run, passes } = createScriptedDecoder(trip);
    const { statistics } = await run().result();
    const count = (text: string) => bytes.encode(text).length;
    const outline = count('Let us see.\n\n####cost:time:risk 🎲:%%%%');
    // The longest body and the #### that ends it; of a marker in four tokens the last is never fed.
    const branches = count(' 小さい, so fine\n\n') + 4;
    const conclusion = count('\nGo.') + 1;
    expect(statistics.stages.map(({ stage, forwardPasses }) => [stage, forwardPasses])).toEqual([
      ['prefill', 1],
      ['outline', outline],
      ['branches', branches],
      ['conclusion', conclusion],
    ]);
    expect(passes).toHaveLength(1 + outline + branches + conclusion);
    expect(statistics.forwardPasses).toBe(outline + branches + conclusion);
    // All titles enter in one ragged pass, and finished branches leave at once.
    expect(passes[1 + outline]).toBe(count('####cost:####time:####risk 🎲:'));
    expect(
      passes
        .slice(2 + outline, 1 + outline + branches)
        .every((rows, step, all) => rows <= (all[step - 1] ?? 3)),
    ).toBe(true);
    expect(passes[outline + branches]).toBe(1);
  });

  test('stream exactly the text that ends up in the result', async () => {
    const { run } = createScriptedDecoder(trip);
    const { events } = await collect(run());
    const text = events.flatMap((event) => (event.type === 'text-delta' ? [event.text] : [])).join('');
    expect(text).toBe('Let us see.\n\n\nGo.');
    for (const [branch, { body }] of trip.steps.entries()) {
      const deltas = events.flatMap((event) =>
        event.type === 'branch-delta' && event.branch === branch ? [event.text] : [],
      );
      expect(deltas.join('')).toBe(body);
    }
    const kinds = events.filter(({ type }) => type.startsWith('stage') || type === 'finish');
    expect(kinds.map((event) => ('stage' in event ? `${event.type} ${event.stage}` : event.type))).toEqual([
      'stage-start prefill',
      'stage-end prefill',
      'stage-start outline',
      'stage-end outline',
      'stage-start branches',
      'stage-end branches',
      'stage-start conclusion',
      'stage-end conclusion',
      'finish',
    ]);
  });

  test('write random answers exactly, with any vocabulary, join and chunk size', async () => {
    const words = fc.stringMatching(/^[a-z ,.é漢🙂]{1,12}$/u);
    const title = fc.stringMatching(/^[ a-z0-9é漢🙂]{0,8}[a-z]$/u);
    const script = fc.record({
      preamble: words.map((text) => `${text}.\n\n`),
      steps: fc.uniqueArray(fc.record({ title, body: words.map((text) => ` ${text}\n\n`) }), {
        minLength: 1,
        maxLength: 5,
        selector: (step) => step.title.trim(),
      }),
      conclusion: words.map((text) => `\n${text}`),
    });
    const options = fc.record({
      join: fc.constantFrom('recompute' as const, 'reuse' as const),
      chunkSize: fc.integer({ min: 1, max: 40 }),
    });
    await fc.assert(
      fc.asyncProperty(script, options, fc.constantFrom(bytes, merged), async (answer, choice, tokenizer) => {
        const result = await createScriptedDecoder(answer, { tokenizer }).run(choice).result();
        expect(result).toMatchObject({ mode: 'parallel', text: writeAnswer(answer) });
      }),
      { seed: 2503, numRuns: 150 },
    );
  });
});

describe('vocabularies that cut the format differently', () => {
  test.each([':.', ':...', ':......', ':\n', ':**', '####c', 's:......\n\n####'])(
    'a token %j that holds more than the format leaves room for',
    async (token) => {
      const tokenizer = createByteTokenizer([token]);
      const script: Script = {
        preamble: 'Hm.\n\n',
        steps: [
          { title: 'cost', body: ' low\n\n' },
          { title: 'times', body: '** short\n\n' },
        ],
        conclusion: '\nGo.',
      };
      for (const join of ['recompute', 'reuse'] as const) {
        const { run } = createScriptedDecoder(script, { tokenizer });
        const result = await run({ join }).result();
        expect(result).toMatchObject({ mode: 'parallel', text: writeAnswer(script) });
      }
    },
  );

  test('a tokenizer that puts a space before every text', async () => {
    const tokenizer = createPrefixingTokenizer();
    const script: Script = {
      preamble: 'Hm.\n\n',
      steps: [
        { title: 'cost', body: ' low\n\n' },
        { title: ' time of day', body: ' short, late\n\n' },
      ],
      conclusion: '\nGo on.',
    };
    for (const join of ['recompute', 'reuse'] as const) {
      const { events } = await collect(createScriptedDecoder(script, { tokenizer }).run({ join }));
      expect(events.at(-1)).toMatchObject({ result: { mode: 'parallel', text: writeAnswer(script) } });
      const bodies = events.flatMap((event) =>
        event.type === 'branch-delta' && event.branch === 0 ? [event.text] : [],
      );
      expect(bodies.join('')).toBe(' low\n\n');
    }
  });
});

describe('an answer without a usable outline', () => {
  const prompt = 'Shall I go?';
  const runText = (respond: (written: string) => string, options: GenerateOptions = {}) => {
    const model = createScriptedModel({
      tokenizer: bytes,
      respond: (text) => respond(text.slice(prompt.length + 1)),
    });
    return createDecoder({ model, tokenizer: bytes, format: 'trained' }).generate(prompt, options);
  };
  const write = (text: string) => (written: string) =>
    text.startsWith(written) ? text.slice(written.length) : '';

  test('is complete as it stands if it has no block', async () => {
    const result = await runText(write('Yes, go. #1 choice.')).result();
    expect(result).toMatchObject({
      text: 'Yes, go. #1 choice.',
      mode: 'sequential',
      fallback: 'no-block',
      finishReason: 'stop',
    });
  });

  test.each([
    ['empty-title', 'Well.\n\n####a: x\n\n####b: y\n\n####%%%%\nDone.', 'Well.\n\n####a:......\n\n#### :'],
    ['newline-in-title', 'Well.\n\n####a\nb: x\n\n####%%%%\nDone.', 'Well.\n\n####a\n'],
    ['empty-title', 'Well.\n\n#### : x\n\n####%%%%\nDone.', 'Well.\n\n#### :'],
    ['no-titles', 'Well.\n\n####%%%%\nDone.', 'Well.\n\n####%%%%'],
  ])('goes on normally after the preamble: %s', async (reason, answer, outline) => {
    const respond = (written: string) =>
      answer.startsWith(written) ? answer.slice(written.length) : write(outline)(written);
    const { events } = await collect(runText(respond, { outlineConstraint: 'reference' }));
    const last = events.at(-1);
    expect(events).toContainEqual({ type: 'fallback', reason });
    expect(last).toMatchObject({
      type: 'finish',
      result: { text: answer, mode: 'sequential', fallback: reason },
    });
    const passes = last?.type === 'finish' ? last.result.statistics.stages : [];
    expect(passes.map(({ stage }) => stage)).toEqual(['prefill', 'outline', 'sequential']);
  });

  test('counts as malformed if it has more branches than allowed', async () => {
    const result = await createScriptedDecoder(trip)
      .run({ maxBranches: 2, outlineConstraint: 'reference' })
      .result();
    expect(result).toMatchObject({ fallback: 'too-many-titles', text: writeAnswer(trip) });
  });
});

describe('limits', () => {
  test('a branch that reaches its limit keeps what it has, and the block stays well formed', async () => {
    const { run } = createScriptedDecoder(trip);
    const result = await run({ maxBranchTokens: 6 }).result();
    expect(result.branches.map(({ text, finishReason }) => [text, finishReason])).toEqual([
      ['low', 'length'],
      ['about', 'length'],
      ['小\ufffd', 'length'],
    ]);
    expect(result.document.sections[1]).toMatchObject({ type: 'block', closed: true });
    expect(result.document.problems).toEqual([]);
  });

  test('a stop text ends the branch or the conclusion that it comes in, and is no part of it', async () => {
    const { run } = createScriptedDecoder(trip);
    for (const join of ['recompute', 'reuse'] as const) {
      const result = await run({ join, stop: ['three', 'o.'] }).result();
      expect(result.branches.map(({ text }) => text)).toEqual(['low', 'about', '小さい, so fine']);
      expect(result).toMatchObject({ finishReason: 'stop', document: { problems: [] } });
      expect(result.text.endsWith('####%%%%\nG')).toBe(true);
    }
    const sequential = await run({ mode: 'sequential', stop: ['days', '\n\n####time'] }).result();
    expect(sequential).toMatchObject({ text: 'Let us see.\n\n####cost: low', finishReason: 'stop' });
    expect(bytes.decode(sequential.tokens)).toBe(sequential.text);
  });

  test('a branch that is cancelled leaves the step alone, and the answer goes on with what it has', async () => {
    for (const join of ['recompute', 'reuse'] as const) {
      const { run, passes } = createScriptedDecoder(trip);
      const generation = run({ join });
      for await (const event of generation) {
        if (event.type === 'branch-delta' && event.branch === 1 && event.text === 'b')
          generation.cancelBranch(1);
      }
      const result = await generation.result();
      expect(result.branches.map(({ text, finishReason }) => [text, finishReason])).toEqual([
        ['low', 'stop'],
        ['ab', 'cancelled'],
        ['小さい, so fine', 'stop'],
      ]);
      expect(result).toMatchObject({ finishReason: 'stop', document: { problems: [] } });
      expect(passes).toContain(1);
    }
  });

  test('branches go in waves where the cache is short, and the join needs room for the answer', async () => {
    const needed = bytes.encode(`Shall I go?\n${writeAnswer(trip)}`).length;
    for (const join of ['recompute', 'reuse'] as const) {
      let restarts = 0;
      for (let kvBudget = needed - 22; kvBudget < needed + 2; kvBudget++) {
        const { events } = await collect(createScriptedDecoder(trip).run({ join, kvBudget, trace: true }));
        const last = events.at(-1);
        if (last?.type !== 'finish') throw new Error('no result');
        expect(last.result.branches.map(({ finishReason }) => finishReason)).toEqual([
          'stop',
          'stop',
          'stop',
        ]);
        expect(writeAnswer(trip).startsWith(last.result.text)).toBe(true);
        expect(last.result.finishReason).toBe(kvBudget < needed ? 'length' : 'stop');
        const passes = events.flatMap((event) => (event.type === 'pass' ? [event] : []));
        expect(Math.max(...passes.map((pass) => pass.firstSlot + pass.tokens.length))).toBeLessThanOrEqual(
          kvBudget,
        );
        const inBranches = events.slice(events.findIndex((event) => event.type === 'branch-delta'));
        const joinAt = inBranches.findIndex((event) => 'stage' in event && event.stage === 'conclusion');
        restarts += inBranches.slice(0, joinAt).filter(({ type }) => type === 'slots-kept').length;
      }
      expect(restarts).toBeGreaterThan(0);
    }
  });

  test('a token limit keeps exactly what the model chose, and every delta of it', async () => {
    const forced = '......\n\n####';
    for (let maxTokens = 1; maxTokens < 60; maxTokens++) {
      const { events } = await collect(
        createScriptedDecoder(trip).run({ maxTokens, outlineConstraint: 'reference' }),
      );
      const last = events.at(-1);
      if (last?.type !== 'finish') throw new Error('no result');
      const { text, fallback, mode, finishReason, statistics } = last.result;
      expect(finishReason).toBe('length');
      expect(text.endsWith(forced)).toBe(false);
      const deltas = events.flatMap((event) => (event.type === 'text-delta' ? [event.text] : [])).join('');
      if (fallback === 'no-block') expect(deltas).toBe(text);
      if (mode === 'sequential') continue;
      // Branches that were cut leave no room for a conclusion.
      const cut = last.result.branches.some((branch) => branch.finishReason === 'length');
      expect(statistics.stages.some(({ stage }) => stage === 'conclusion')).toBe(!cut);
      expect(last.result.document.problems).toEqual([]);
    }
  });

  test('an outline that fills the cache gives way to normal decoding after the preamble', async () => {
    const titles = Array.from({ length: 8 }, (_, index) => ({ title: `t${index}`, body: ' x\n\n' }));
    const script = { preamble: 'Hm.\n\n', steps: titles, conclusion: '\nGo.' };
    const model = createScriptedModel({
      tokenizer: bytes,
      respond: respondWith('Go?\n', script),
      contextLength: 120,
    });
    const result = await createDecoder({ model, tokenizer: bytes, format: 'trained' })
      .generate('Go?')
      .result();
    expect(result).toMatchObject({
      mode: 'sequential',
      fallback: 'unclosed-outline',
      finishReason: 'stop',
      text: writeAnswer(script),
    });
  });

  test('the token limit ends any stage with what was decoded', async () => {
    const full = await createScriptedDecoder(trip).run().result();
    const chosen = full.statistics.stages.slice(1).reduce((sum, { tokens }) => sum + tokens, 0);
    for (let maxTokens = 1; maxTokens < chosen; maxTokens++) {
      const result = await createScriptedDecoder(trip)
        .run({ maxTokens, outlineConstraint: 'reference' })
        .result();
      expect(result.finishReason).toBe('length');
      const tokens = result.statistics.stages.slice(1).reduce((sum, stage) => sum + stage.tokens, 0);
      expect(tokens).toBeLessThanOrEqual(maxTokens);
    }
    expect(await createScriptedDecoder(trip).run({ maxTokens: chosen }).result()).toMatchObject({
      finishReason: 'stop',
      text: full.text,
    });
  });

  test('a context that fills up in any stage ends the answer and loses nothing', async () => {
    const prompt = 'Go?';
    const answer = writeAnswer(trip);
    const needed = bytes.encode(`${prompt}\n${answer}`).length;
    for (const join of ['recompute', 'reuse'] as const) {
      for (let contextLength = 5; contextLength < needed; contextLength++) {
        const model = createScriptedModel({
          tokenizer: bytes,
          respond: respondWith(`${prompt}\n`, trip),
          contextLength,
        });
        const decoder = createDecoder({ model, tokenizer: bytes, format: 'trained' });
        const result = await decoder.generate(prompt, { join }).result();
        expect(result.finishReason).toBe('length');
        expect(result.text).not.toBe('');
      }
    }
  });
});
