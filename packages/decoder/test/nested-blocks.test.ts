import { createDecoder } from '@beltline/decoder';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { checkCausal } from './causal-oracle.ts';
import { type Part, respondNested, writeParts } from './nested-script.ts';
import { createRandomModel } from './random-model.ts';
import { answerScripts, breakAfter, collect, orEnd, seenPrompt } from './scripted-answer.ts';
import { createByteTokenizer } from './scripted-model.ts';

const bytes = createByteTokenizer();
const joins = ['recompute', 'reuse'] as const;

const trip: Part[] = [
  'Let us see.\n\n',
  [
    { title: 'cost', body: [' low\n\n'] },
    {
      title: 'way',
      body: [
        ' two of them\n\n',
        [
          { title: 'train', body: [' slow, ok\n\n'] },
          { title: 'plane', body: [' loud, > 80 dB\n\n'] },
        ],
        '\nTrain.\n\n',
        [{ title: 'seat', body: [' window\n\n'] }],
        '\nGood.\n\n',
      ],
    },
    { title: 'food', body: [' any:\n\n', [{ title: 'noon', body: [' soup\n\n'] }], '\n\n'] },
  ],
  '\nSo:\n\n',
  [{ title: 'when', body: [' now\n\n'] }],
  '\nGo.',
];

const generate = answerScripts(respondNested, { maxDepth: 2 });

const respondIfKnown = (parts: readonly Part[], isCausal: boolean) =>
  orEnd(respondNested(seenPrompt, parts, isCausal));

describe('a block inside of a branch', () => {
  test.each(joins)('is the one of sequential decoding (%s join)', async (join) => {
    const sequential = await generate(trip, { mode: 'sequential' }).result();
    const result = await generate(trip, { join }).result();
    expect(result.text).toBe(writeParts(trip));
    expect(result.tokens).toEqual(sequential.tokens);
    expect(result).toMatchObject({ mode: 'parallel', finishReason: 'stop' });
    expect(result.fallback).toBeUndefined();
    expect(result.branches.map(({ block, parent, title, text }) => [block, parent, title, text])).toEqual([
      [0, undefined, 'cost', 'low'],
      [
        0,
        undefined,
        'way',
        'two of them\n\n>####train: slow, ok\n\n>####plane: loud, > 80 dB\n\n>####%%%%\nTrain.\n\n>####seat: window\n\n>####%%%%\nGood.',
      ],
      [0, undefined, 'food', 'any:\n\n>####noon: soup\n\n>####%%%%'],
      [1, 1, 'train', 'slow, ok'],
      [1, 1, 'plane', 'loud, > 80 dB'],
      [2, 1, 'seat', 'window'],
      [3, 2, 'noon', 'soup'],
      [4, undefined, 'when', 'now'],
    ]);
    expect(result.document).toEqual(sequential.document);
    expect(result.document.problems).toEqual([]);
    const [, block] = result.document.sections;
    expect(block).toMatchObject({
      steps: [{}, { sections: [{}, { closed: true }, {}, { closed: true }, {}] }, {}],
    });
  });

  test('is told with the branch that it stands in, and each branch ends once', async () => {
    const { events } = await collect(generate(trip));
    const bodies: string[] = [];
    const parents: (number | undefined)[] = [];
    const ended: number[] = [];
    for (const event of events) {
      if (event.type === 'branch-start') parents[event.branch] = event.parent;
      if (event.type === 'branch-delta') bodies[event.branch] = (bodies[event.branch] ?? '') + event.text;
      if (event.type === 'branch-end') ended.push(event.branch);
    }
    expect(parents).toEqual([undefined, undefined, undefined, 1, 1, 1, 2, undefined]);
    expect(bodies[1]).toBe(' two of them\n\n\nTrain.\n\n\nGood.\n\n');
    expect(bodies[5]).toBe(' window\n\n');
    expect(ended.sort()).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
  });

  test.each(['####', '>####', '\n\n>####', '>####t', '>####train:', '>###', '####%%%%', '>####%%%%\n'])(
    'opens and closes with a token %j',
    async (token) => {
      const tokenizer = createByteTokenizer([token]);
      for (const join of joins) {
        const result = await generate(trip, { join }, { tokenizer }).result();
        expect(result).toMatchObject({ text: writeParts(trip), mode: 'parallel' });
        expect(result.branches).toHaveLength(8);
      }
    },
  );

  test('may hold another one, as deep as is allowed', async () => {
    const deep: Part[] = [
      'A.\n\n',
      [
        {
          title: 'b',
          body: [
            ' c\n\n',
            [{ title: 'd', body: [' e\n\n', [{ title: 'f', body: [' g\n\n'] }], '\nh\n\n'] }],
            '\ni\n\n',
          ],
        },
        { title: 'j', body: [' k\n\n'] },
      ],
      '\nl',
    ];
    for (const join of joins) {
      const result = await generate(deep, { join, maxDepth: 3 }).result();
      expect(result.text).toBe(writeParts(deep));
      expect(result.branches.map(({ parent }) => parent)).toEqual([undefined, undefined, 0, 2]);
      expect(result.document.problems).toEqual([]);
    }
  });

  test('is exact whatever it says, with any chunk size, draft, and vocabulary', async () => {
    const words = fc.stringMatching(/^[a-z ,.é漢🙂]{1,8}$/u);
    const title = fc.stringMatching(/^[a-z0-9é漢]{0,4}[a-z]$/u);
    const leaf = words.map((text): Part[] => [` ${text}\n\n`]);
    const blockOf = (body: fc.Arbitrary<Part[]>) =>
      fc.uniqueArray(fc.record({ title, body }), {
        minLength: 1,
        maxLength: 3,
        selector: (step) => step.title,
      });
    const nested = fc
      .tuple(words, blockOf(leaf), words)
      .map(([before, block, after]): Part[] => [` ${before}\n\n`, block, `\n${after}\n\n`]);
    const answer = fc
      .tuple(words, blockOf(fc.oneof(leaf, nested)), words)
      .map(([before, block, after]): Part[] => [`${before}.\n\n`, block, `\n${after}`]);
    const tokenizers = [
      bytes,
      createByteTokenizer(['####', '%%%%']),
      createByteTokenizer(['>####', '\n\n>']),
    ];
    const options = fc.record({
      chunkSize: fc.integer({ min: 1, max: 40 }),
      drafts: fc.constantFrom('off' as const, 'lookup' as const),
    });
    await fc.assert(
      fc.asyncProperty(answer, options, fc.constantFrom(...tokenizers), async (parts, choice, tokenizer) => {
        // What was drafted in vain is seen as well.
        const respond = respondIfKnown(parts, true);
        const result = await generate(parts, choice, { tokenizer, respond }).result();
        expect(result).toMatchObject({ mode: 'parallel', text: writeParts(parts) });
        expect(result.document.problems).toEqual([]);
      }),
      { seed: 2503, numRuns: 60 },
    );
  });
});

describe('limits of nested blocks', () => {
  test('without a depth, the sign is text and every #### opens a step', async () => {
    const flat: Part[] = [
      'See.\n\n',
      [
        { title: 'a', body: [' > b\n\n>'] },
        { title: 'c', body: [' d\n\n'] },
      ],
      '\ne',
    ];
    const respond = respondIfKnown(flat, true);
    const result = await generate(flat, { maxDepth: 1 }, { respond }).result();
    expect(result.text).toBe('See.\n\n####a: > b\n\n>\n\n####c: d\n\n####%%%%');
    expect(result.branches.map(({ title }) => title)).toEqual(['a', 'c']);
  });

  test('where there may be no more blocks or branches, the branch goes on in order', async () => {
    for (const join of joins) {
      const respond = respondNested(seenPrompt, trip, join === 'recompute');
      for (const options of [{ maxBlocks: 1 }, { maxBlocks: 2 }, { maxBlocks: 3 }, { maxBranches: 3 }]) {
        const result = await generate(trip, { join, ...options }, { respond }).result();
        expect(result.text).toBe(writeParts(trip));
        expect(result.fallback).toBeUndefined();
        expect(result.branches.length).toBeLessThan(8);
      }
    }
  });

  test('a nested outline that breaks lets its branch alone go on in order', async () => {
    for (const join of joins) {
      const right = respondNested(seenPrompt, trip, join === 'recompute');
      const respond = breakAfter('>####train:......\n\n>####', right);
      const { events, result } = await collect(
        generate(trip, { join, outlineConstraint: 'reference' }, { respond }),
      );
      expect(result.text).toBe(writeParts(trip));
      expect(events).toContainEqual({ type: 'fallback', reason: 'newline-in-title', branch: 1 });
      expect(result).toMatchObject({ mode: 'parallel', finishReason: 'stop' });
      expect(result.fallback).toBeUndefined();
      expect(result.branches.map(({ title }) => title)).toEqual(['cost', 'way', 'food', 'noon', 'when']);
    }
  });

  test('every limit of tokens, of a branch, the cache and the context ends it with what was decoded', async () => {
    const answer = writeParts(trip);
    const needed = bytes.encode(`${seenPrompt}${answer}`).length;
    for (const join of joins) {
      const respond = respondIfKnown(trip, join === 'recompute');
      for (let size = 30; size < needed; size += 7) {
        for (const options of [
          { maxTokens: size },
          { kvBudget: size },
          { maxBranchTokens: Math.ceil(size / 9) },
        ]) {
          const result = await generate(trip, { join, ...options }, { respond }).result();
          expect(bytes.decode(result.tokens)).toBe(result.text);
          expect(result.branches.every(({ finishReason }) => finishReason !== undefined)).toBe(true);
          const chosen = result.statistics.stages.slice(1).reduce((sum, { tokens }) => sum + tokens, 0);
          if ('maxTokens' in options) expect(chosen).toBeLessThanOrEqual(size);
        }
        const cramped = await generate(trip, { join }, { respond, contextLength: size }).result();
        expect(cramped.finishReason).toBe('length');
      }
    }
  });
});

test('verification reports on nested branches, and repairs to what decoding in order writes', async () => {
  const { result } = await collect(generate(trip, { verify: 'report' }));
  expect(result.text).toBe(writeParts(trip));
  const { answer, branches } = result.verification!;
  expect(answer.agreeing).toBe(answer.tokens);
  expect(branches.map(({ title }) => title)).toEqual(result.branches.map(({ title }) => title));
  for (const { heading, body } of branches) {
    expect([heading.agreeing, body.agreeing]).toEqual([heading.tokens, body.tokens]);
    expect(heading.tokens).toBeGreaterThan(0);
  }
  const repaired = await generate(trip, { verify: 'repair' }).result();
  expect(repaired.text).toBe(writeParts(trip));
});

describe('with weights', () => {
  const tokenizer = createByteTokenizer(['####', '%%%%', '>####']);

  test('every token sees just what it would see in the answer so far as one causal text', async () => {
    let compared = 0;
    for (const seed of [2, 4]) {
      const { result, rows } = await checkCausal(tokenizer, [9, 8, seed], {
        // Lets blocks come at all: the weights are random.
        logitBias: { 257: 5, 258: 4, 259: 5, [tokenizer.encode(':')[0]!]: 4, 0: -9 },
        ...{ temperature: 1, seed, chunkSize: 7, maxDepth: 3, maxBlocks: 20 },
        ...{ maxTokens: 90, maxBranchTokens: 5, maxTitleTokens: 2, maxBranches: 12 },
      });
      expect(result.branches.some(({ parent }) => parent !== undefined)).toBe(true);
      compared += rows;
    }
    expect(compared).toBeGreaterThan(100);
  });

  test('no outline breaks at any depth, whatever a model wants', async () => {
    let nested = 0;
    for (let seed = 0; seed < 40; seed++) {
      const favoured = { characters: '#:%\n', bonus: 3 };
      const model = createRandomModel({ tokenizer, seed, spread: 12, favoured });
      const decoder = createDecoder({ model, tokenizer, format: 'trained' });
      const options = {
        maxDepth: 3,
        maxTokens: 250,
        maxBranchTokens: 12,
        maxTitleTokens: 4,
        maxBranches: 20,
      };
      const { events, result } = await collect(
        decoder.generate('Go?', { join: joins[seed % 2]!, ...options }),
      );
      const broken = events.flatMap((event) => (event.type === 'fallback' ? [event.reason] : []));
      expect(broken.filter((reason) => reason !== 'no-block')).toEqual([]);
      expect(tokenizer.decode(result.tokens)).toBe(result.text);
      nested += result.branches.filter(({ parent }) => parent !== undefined).length;
    }
    expect(nested).toBeGreaterThan(100);
  });
});
