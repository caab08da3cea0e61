import { createDecoder, type GenerationResult } from '@beltline/decoder';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type BlockScript, respondWithBlocks, writeBlocks } from './block-script.ts';
import { checkCausal } from './causal-oracle.ts';
import { createRandomModel } from './random-model.ts';
import { answerScripts, breakAfter, collect, orEnd, seenPrompt } from './scripted-answer.ts';
import { createByteTokenizer, createPrefixingTokenizer } from './scripted-model.ts';

const bytes = createByteTokenizer();
const joins = ['recompute', 'reuse'] as const;

const trip: BlockScript = {
  blocks: [
    {
      before: 'Let us see.\n\n',
      steps: [
        { title: 'cost', body: ' low\n\n' },
        { title: 'time', body: ' three days\n\n' },
      ],
    },
    {
      before: '\nCheap. Two ways:\n\n',
      steps: [
        { title: 'train', body: ' slow 🚂\n\n' },
        { title: 'cost', body: ' as above\n\n' },
        { title: 'plane', body: ' loud\n\n' },
      ],
    },
    { before: '\nTrain, then.\n\n', steps: [{ title: '何時', body: ' noon\n\n' }] },
  ],
  conclusion: '\nGo.',
};

const generate = answerScripts(respondWithBlocks);

describe('an answer of several blocks', () => {
  test.each(joins)('is the one of sequential decoding (%s join)', async (join) => {
    const sequential = await generate(trip, { mode: 'sequential' }).result();
    const parallel = await generate(trip, { join }).result();
    expect(parallel.text).toBe(writeBlocks(trip));
    expect(parallel.tokens).toEqual(sequential.tokens);
    expect(parallel).toMatchObject({ mode: 'parallel', finishReason: 'stop' });
    expect(parallel.fallback).toBeUndefined();
    expect(parallel.branches.map(({ block, title, text }) => [block, title, text])).toEqual([
      [0, 'cost', 'low'],
      [0, 'time', 'three days'],
      [1, 'train', 'slow 🚂'],
      [1, 'cost', 'as above'],
      [1, 'plane', 'loud'],
      [2, '何時', 'noon'],
    ]);
    expect(parallel.document).toEqual(sequential.document);
    expect(parallel.document.sections.filter(({ type }) => type === 'block')).toHaveLength(3);
    expect(parallel.document.problems).toEqual([]);
  });

  test('tells each text once, and to which block a branch belongs', async () => {
    const { events } = await collect(generate(trip));
    let told = '';
    const bodies: string[] = [];
    for (const event of events) {
      if (event.type === 'text-delta') told += event.text;
      if (event.type === 'branch-start') told += `[${event.block}.${event.branch} ${event.title}]`;
      if (event.type === 'branch-delta') bodies[event.branch] = (bodies[event.branch] ?? '') + event.text;
    }
    expect(told).toBe(
      'Let us see.\n\n[0.0 cost][0.1 time]\nCheap. Two ways:\n\n[1.2 train][1.3 cost][1.4 plane]\nTrain, then.\n\n[2.5 何時]\nGo.',
    );
    expect(bodies).toEqual(trip.blocks.flatMap(({ steps }) => steps.map(({ body }) => body)));
    const ended = events.flatMap((event) => (event.type === 'branch-end' ? [event.branch] : []));
    expect(ended.sort()).toEqual([0, 1, 2, 3, 4, 5]);
  });

  test('goes through the stages once for each block, and sums them up', async () => {
    const { events, result } = await collect(generate(trip));
    const ends = events.flatMap((event) => (event.type === 'stage-end' ? [event.statistics] : []));
    const round = ['outline', 'branches', 'conclusion'];
    expect(ends.map(({ stage }) => stage)).toEqual(['prefill', ...round, ...round, ...round]);
    const { stages, forwardPasses } = result.statistics;
    expect(stages.map(({ stage }) => stage)).toEqual(['prefill', ...round]);
    for (const { stage, tokens, forwardPasses } of stages) {
      const own = ends.filter((entry) => entry.stage === stage);
      expect(tokens).toBe(own.reduce((sum, entry) => sum + entry.tokens, 0));
      expect(forwardPasses).toBe(own.reduce((sum, entry) => sum + entry.forwardPasses, 0));
    }
    // A block's ####, chosen in the conclusion before it, is fed by its outline.
    const count = (text: string) => bytes.encode(text).length;
    const titles = count('cost:time:%%%%') + count('train:cost:plane:%%%%') + count('何時:%%%%');
    expect(stages[1]!.tokens).toBe(count('Let us see.\n\n####') + titles);
    const conclusions = '\nCheap. Two ways:\n\n####\nTrain, then.\n\n####\nGo.';
    expect(stages[3]!.tokens).toBe(count(conclusions) + 1);
    const longest = count(' three days\n\n####') + count(' slow 🚂\n\n####') + count(' noon\n\n####');
    expect(forwardPasses).toBe(stages[1]!.tokens + stages[3]!.tokens + longest);
  });

  test.each(['####', '\n\n####', '####t', '####train:', '####train:......', ':\n\n####', '##', '%%\n'])(
    'may open one with a token %j',
    async (token) => {
      const tokenizer = createByteTokenizer([token]);
      for (const join of joins) {
        const result = await generate(trip, { join }, { tokenizer }).result();
        expect(result).toMatchObject({ mode: 'parallel', text: writeBlocks(trip) });
        expect(result.branches).toHaveLength(6);
      }
    },
  );

  test('is decoded with a tokenizer that puts a space before every text', async () => {
    const script: BlockScript = {
      blocks: [
        { before: 'Hm.\n\n', steps: [{ title: 'cost', body: ' low\n\n' }] },
        { before: '\nAnd then\n\n', steps: [{ title: 'a b', body: ' c d\n\n' }] },
      ],
      conclusion: '\nGo on.',
    };
    for (const join of joins) {
      const result = await generate(script, { join }, { tokenizer: createPrefixingTokenizer() }).result();
      expect(result).toMatchObject({ mode: 'parallel', text: writeBlocks(script) });
      expect(result.branches).toHaveLength(2);
    }
  });

  test('is exact whatever it says, with any join, chunk size and vocabulary', async () => {
    const words = fc.stringMatching(/^[a-z ,.é漢🙂]{1,10}$/u);
    const title = fc.stringMatching(/^[ a-z0-9é漢🙂]{0,6}[a-z]$/u);
    const block = fc.record({
      before: words.map((text) => `\n${text}.\n\n`),
      steps: fc.uniqueArray(fc.record({ title, body: words.map((text) => ` ${text}\n\n`) }), {
        minLength: 1,
        maxLength: 4,
        selector: (step) => step.title.trim(),
      }),
    });
    const script = fc.record({
      blocks: fc.array(block, { minLength: 2, maxLength: 4 }),
      conclusion: words.map((text) => `\n${text}`),
    });
    const options = fc.record({
      join: fc.constantFrom(...joins),
      chunkSize: fc.integer({ min: 1, max: 40 }),
    });
    const tokenizers = [
      bytes,
      createByteTokenizer(['####', '%%%%']),
      createByteTokenizer(['\n\n####', ':...']),
    ];
    await fc.assert(
      fc.asyncProperty(script, options, fc.constantFrom(...tokenizers), async (answer, choice, tokenizer) => {
        const result = await generate(answer, choice, { tokenizer }).result();
        expect(result).toMatchObject({ mode: 'parallel', text: writeBlocks(answer) });
        expect(result.branches.map(({ block }) => block)).toEqual(
          answer.blocks.flatMap(({ steps }, block) => steps.map(() => block)),
        );
      }),
      { seed: 2503, numRuns: 60 },
    );
  });
});

describe('limits of several blocks', () => {
  test('what comes after the last block that is allowed is decoded in order', async () => {
    for (const [maxBlocks, branches] of [
      [1, 2],
      [2, 5],
      [3, 6],
    ] as const) {
      const result = await generate(trip, { maxBlocks }).result();
      expect(result.branches).toHaveLength(branches);
      expect(result).toMatchObject({ mode: 'parallel', text: writeBlocks(trip), finishReason: 'stop' });
      expect(result.fallback).toBeUndefined();
    }
  });

  test('the branches of all blocks count, and none is begun when there may be no more', async () => {
    const used = await generate(trip, { maxBranches: 2 }).result();
    expect(used).toMatchObject({ text: writeBlocks(trip), mode: 'parallel' });
    expect(used.branches).toHaveLength(2);
    expect(used.fallback).toBeUndefined();

    const { events, result } = await collect(
      generate(trip, { maxBranches: 4, outlineConstraint: 'reference' }),
    );
    expect(result).toMatchObject({ text: writeBlocks(trip), mode: 'parallel', fallback: 'too-many-titles' });
    expect(result.branches).toHaveLength(2);
    const stages = events.flatMap((event) => (event.type === 'stage-start' ? [event.stage] : []));
    expect(stages.slice(-3)).toEqual(['conclusion', 'outline', 'sequential']);
  });

  test('a later outline that breaks leaves what is written, and the answer goes on in order', async () => {
    const answer = writeBlocks(trip);
    for (const join of joins) {
      const right = respondWithBlocks(seenPrompt, trip, join === 'recompute');
      const respond = breakAfter('####train:......\n\n####', right);
      const { events, result } = await collect(
        generate(trip, { join, outlineConstraint: 'reference' }, { respond }),
      );
      expect(result).toMatchObject({ mode: 'parallel', fallback: 'newline-in-title', finishReason: 'stop' });
      expect(result.text).toBe(answer);
      expect(result.branches.map(({ block }) => block)).toEqual([0, 0]);
      const after = events.slice(events.findIndex(({ type }) => type === 'fallback'));
      const told = after.flatMap((event) => (event.type === 'text-delta' ? [event.text] : []));
      expect(told.join('')).toBe(answer.slice(answer.indexOf('####train')));
    }
  });

  test('every limit of tokens ends the answer with what was decoded', async () => {
    const full = await generate(trip).result();
    const chosen = full.statistics.stages.slice(1).reduce((sum, { tokens }) => sum + tokens, 0);
    // The grammar closes a late outline early.
    const respond = orEnd(respondWithBlocks(seenPrompt, trip, true));
    for (const outlineConstraint of ['grammar', 'reference'] as const) {
      for (let maxTokens = 60; maxTokens < chosen; maxTokens++) {
        const result = await generate(trip, { maxTokens, outlineConstraint }, { respond }).result();
        expect(
          result.statistics.stages.slice(1).reduce((sum, { tokens }) => sum + tokens, 0),
        ).toBeLessThanOrEqual(maxTokens);
        expect(bytes.decode(result.tokens)).toBe(result.text);
        if (outlineConstraint === 'reference') expect(result.finishReason).toBe('length');
        if (outlineConstraint === 'grammar') expect(result.fallback).toBeUndefined();
      }
    }
    expect(await generate(trip, { maxTokens: chosen }).result()).toMatchObject({ text: full.text });
  });

  test('a cache or a context that is short ends the answer and loses nothing', async () => {
    const answer = writeBlocks(trip);
    const needed = bytes.encode(`${seenPrompt}${answer}`).length;
    for (const join of joins) {
      for (let size = 40; size < needed; size += 3) {
        for (const [options, setting] of [
          [{ join, kvBudget: size }, {}],
          [{ join }, { contextLength: size }],
        ] as const) {
          const result = await generate(trip, options, setting).result();
          expect(result.finishReason).toBe('length');
          expect(result.text).not.toBe('');
          const complete = result.branches.filter(({ finishReason }) => finishReason === 'stop');
          // The last character may be cut in half.
          const text = result.text.replace(/\ufffd+$/, '');
          if (complete.length === result.branches.length) expect(answer.startsWith(text)).toBe(true);
        }
      }
      const roomy = await generate(trip, { join, kvBudget: needed + 1 }).result();
      expect(roomy).toMatchObject({ finishReason: 'stop', text: answer });
    }
  });

  test('a stop that is a marker ends the answer, as it does in order', async () => {
    const stop = ['####'];
    const respond = respondWithBlocks(seenPrompt, trip, true);
    const result = await generate(trip, { stop }, { respond }).result();
    expect(result.text.endsWith('\nCheap. Two ways:\n\n')).toBe(true);
    expect(result).toMatchObject({ finishReason: 'stop', mode: 'parallel' });
    expect(result.branches).toHaveLength(2);
  });

  test('a branch of a later block is cancelled by its number', async () => {
    for (const join of joins) {
      const respond = orEnd(respondWithBlocks(seenPrompt, trip, false));
      const generation = generate(trip, { join, maxBlocks: 2 }, { respond });
      for await (const event of generation) {
        if (event.type === 'branch-delta' && event.branch === 3 && event.text === 'a') {
          generation.cancelBranch(3);
        }
      }
      const { branches, document } = await generation.result();
      expect(branches.map(({ finishReason }) => finishReason)).toEqual([
        'stop',
        'stop',
        'stop',
        'cancelled',
        'stop',
      ]);
      expect(branches[3]!.text).toBe('a');
      expect(document.problems).toEqual([]);
    }
  });
});

describe('verified answers of several blocks', () => {
  test('report on the branches of all blocks, each token verified once', async () => {
    const { events, result } = await collect(generate(trip, { verify: 'report' }));
    expect(result).toMatchObject({ text: writeBlocks(trip), mode: 'parallel' });
    const { answer, branches, repaired } = result.verification!;
    expect(repaired).toBe(false);
    expect(branches.map(({ title }) => title)).toEqual(result.branches.map(({ title }) => title));
    for (const { heading, body } of branches) {
      expect([heading.agreeing, body.agreeing]).toEqual([heading.tokens, body.tokens]);
    }
    const verified = bytes.encode(writeBlocks({ ...trip, conclusion: '' })).length;
    expect(answer).toEqual({ tokens: verified, agreeing: verified });
    const stages = events.flatMap((event) => (event.type === 'stage-end' ? [event.statistics] : []));
    const verifications = stages.filter(({ stage }) => stage === 'verification');
    expect(verifications).toHaveLength(3);
    expect(verifications.reduce((sum, { tokens }) => sum + tokens, 0)).toBe(verified);
  });

  test('are repaired after the first block, and go on in order', async () => {
    const result = await generate(trip, { verify: 'repair' }).result();
    const sequential = await generate(trip, { mode: 'sequential' }).result();
    expect(result.tokens).toEqual(sequential.tokens);
    expect(result.branches).toHaveLength(2);
  });
});

describe('with weights', () => {
  const tokenizer = createByteTokenizer(['####', '%%%%']);

  test('every token sees just what it would see in the answer so far as one causal text', async () => {
    let compared = 0;
    for (const seed of [4, 7]) {
      const { result, rows } = await checkCausal(tokenizer, [9, 8, seed], {
        // Lets blocks come at all: the weights are random.
        logitBias: { 257: 5, 258: 4, [tokenizer.encode(':')[0]!]: 4, 0: -9 },
        ...{ temperature: 1, seed, chunkSize: 7 },
        ...{ maxTokens: 90, maxBranchTokens: 5, maxTitleTokens: 2, maxBranches: 8 },
      });
      expect(result.branches.at(-1)!.block).toBeGreaterThan(0);
      compared += rows;
    }
    expect(compared).toBeGreaterThan(100);
  });

  test('no outline of any block breaks, whatever a model wants', async () => {
    let severalBlocks = 0;
    for (let seed = 0; seed < 60; seed++) {
      const model = createRandomModel({
        tokenizer,
        seed,
        spread: 12,
        favoured: { characters: '#:%\n', bonus: 3 },
      });
      const decoder = createDecoder({ model, tokenizer, format: 'trained' });
      const join = joins[seed % 2]!;
      const options = { join, maxTokens: 250, maxBranchTokens: 6, maxTitleTokens: 4, maxBranches: 12 };
      const result = await decoder.generate('Go?', options).result();
      expect([undefined, 'no-block']).toContain(result.fallback);
      expectWellFormed(result);
      if (new Set(result.branches.map(({ block }) => block)).size > 1) severalBlocks++;
    }
    expect(severalBlocks).toBeGreaterThan(20);
  });
});

/** The blocks of the text are the branches, as far as it was decoded in parallel. */
function expectWellFormed({ document, branches }: GenerationResult): void {
  const steps = document.sections.flatMap((section) => (section.type === 'block' ? section.steps : []));
  const titles = branches.map(({ title }) => title);
  expect(steps.slice(0, titles.length).map(({ title }) => title)).toEqual(titles);
}
