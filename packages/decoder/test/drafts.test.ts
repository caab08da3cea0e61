import { createReferenceModel } from '@beltline/backend/reference';
import {
  createDecoder,
  type DecodeEvent,
  type Decoder,
  type ForkOptions,
  type GenerateOptions,
} from '@beltline/decoder';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { goldenModels } from '../../backend/test/golden-models.ts';
import { type Part, respondNested, writeParts } from './nested-script.ts';
import { orEnd, seenPrompt } from './scripted-answer.ts';
import {
  createByteTokenizer,
  createScriptedModel,
  respondWith,
  type Script,
  writeAnswer,
} from './scripted-model.ts';

const bytes = createByteTokenizer(['####', '%%%%']);
const random = goldenModels.map((golden) =>
  createDecoder({ model: createReferenceModel(golden), tokenizer: bytes }),
);

/** A model that says the same again and again, but with whims: its next character follows from all that it sees. */
function createRepetitive(seed: number): Decoder {
  const pieces = ['a', 'b', 'c', ' ', 'ä', ':', '.', '####', '>####', 'title', ': text', '\n', ''];
  const pick = (text: string) => {
    let hash = seed;
    for (const character of text) hash = Math.imul(hash ^ character.codePointAt(0)!, 0x9e3779b1);
    return (hash >>> 7) % 1000;
  };
  const respond = (visible: string) => {
    const whim = pick(visible);
    return pieces[(whim < 100 ? whim : pick(visible.slice(-2))) % pieces.length]!;
  };
  const model = createScriptedModel({ tokenizer: bytes, respond, contextLength: 400 });
  return createDecoder({ model, tokenizer: bytes });
}

interface Cancellation {
  readonly branch: number;
  /** After how many pieces of its text. */
  readonly after: number;
}

const aboutPasses = new Set<DecodeEvent['type']>(['prefill-delta', 'stage-end', 'finish']);

/** All that a reader is told, apart from numbers of passes and the order of siblings' tokens. */
async function collect(
  decoder: Decoder,
  prompt: string | { tokens: number[] },
  { cancel, ...options }: GenerateOptions & { cancel?: Cancellation },
) {
  const trunk: DecodeEvent[] = [];
  const branches: Record<number, DecodeEvent[]> = {};
  const generation = decoder.generate(prompt, options);
  for await (const event of generation) {
    if (event.type === 'branch-delta' || event.type === 'branch-end') {
      const told = branches[event.branch] ?? [];
      branches[event.branch] = told;
      told.push(event);
      if (cancel?.branch === event.branch && cancel.after === told.length)
        generation.cancelBranch(event.branch);
    } else if (!aboutPasses.has(event.type)) trunk.push(event);
  }
  const { statistics, ...result } = await generation.result();
  const stages = statistics.stages.filter(({ stage }) => stage !== 'prefill');
  const tokens = stages.map(({ stage, tokens }) => [stage, tokens]);
  return { told: { trunk, branches, result, tokens }, statistics };
}

describe('an answer with drafts', () => {
  const options = fc.record(
    {
      mode: fc.constantFrom('parallel' as const, 'parallel' as const, 'sequential' as const),
      join: fc.constantFrom('recompute' as const, 'reuse' as const),
      maxTokens: fc.integer({ min: 1, max: 120 }),
      maxBranchTokens: fc.integer({ min: 1, max: 24 }),
      maxBranches: fc.integer({ min: 1, max: 5 }),
      maxBlocks: fc.integer({ min: 1, max: 3 }),
      maxDepth: fc.integer({ min: 1, max: 3 }),
      maxTitleTokens: fc.integer({ min: 1, max: 6 }),
      chunkSize: fc.integer({ min: 1, max: 40 }),
      kvBudget: fc.integer({ min: 12, max: 120 }),
      repetitionPenalty: fc.constantFrom(1, 1.2),
      temperature: fc.constantFrom(0, 0, 0.3),
      outlineConstraint: fc.constantFrom('grammar' as const, 'reference' as const),
      stop: fc.constantFrom([], ['a'], ['%%']),
      // Lets blocks come at all: the weights are random.
      logitBias: fc.constantFrom({ 257: 3 }, { 257: 4, 258: 3 }, { 257: 2, 0: 2 }, { 257: 3, 258: 3, 58: 2 }),
      cancel: fc.record({ branch: fc.integer({ min: 0, max: 2 }), after: fc.integer({ min: 1, max: 5 }) }),
    },
    { requiredKeys: ['mode', 'maxTokens', 'logitBias'] },
  );
  const pattern = fc.array(fc.integer({ min: 1, max: 258 }), { minLength: 1, maxLength: 8 });

  /** Holds many answers with drafts against those without, and returns the sums of their statistics. */
  async function compare(
    decoders: fc.Arbitrary<Decoder>,
    choices: fc.Arbitrary<GenerateOptions>,
    numRuns: number,
  ) {
    const accepted: Record<string, number> = {};
    let rejected = 0;
    await fc.assert(
      fc.asyncProperty(decoders, pattern, choices, async (decoder, tokens, choice) => {
        const prompt = { tokens };
        const plain = await collect(decoder, prompt, { seed: 1, ...choice });
        const drafted = await collect(decoder, prompt, { seed: 1, ...choice, drafts: 'lookup' });
        expect(drafted.told).toEqual(plain.told);
        expect(plain.statistics.drafts).toBeUndefined();
        for (const { stage, drafts } of drafted.statistics.stages) {
          if (drafts) accepted[stage] = (accepted[stage] ?? 0) + drafts.accepted;
          rejected += (drafts?.proposed ?? 0) - (drafts?.accepted ?? 0);
        }
      }),
      { seed: 2503, numRuns },
    );
    return { ...accepted, rejected };
  }

  test('is token for token and event for event the one without, whatever its options and its limits', async () => {
    const repetitive = fc.integer().map(createRepetitive);
    // What a reuse join sees is in the order of the cache, which this model would notice.
    const recomputed = options.map((choice) => ({ ...choice, join: 'recompute' as const }));
    const counts = await compare(repetitive, recomputed, 1000);

    for (const count of Object.values(counts)) expect(count).toBeGreaterThan(30);
  });

  test('is so with random weights, either join, and seeded sampling', async () => {
    const counts = await compare(fc.constantFrom(...random), options, 30);

    expect(counts.rejected).toBeGreaterThan(20);
  });

  test('takes fewer passes where the answer repeats what is there', async () => {
    const script: Script = {
      preamble: 'Let us see.\n\n',
      steps: ['cost', 'time', 'risk'].map((title) => ({
        title,
        body: ` we write down what the ${title} means for the trip of our school.\n\n`,
      })),
      conclusion: '\nWe write down what the cost means for the trip of our school.',
    };
    const question = 'What does the cost mean for the trip of our school?';
    const model = createScriptedModel({
      tokenizer: bytes,
      respond: respondWith(`${question}\n`, script),
    });
    const decoder = createDecoder({ model, tokenizer: bytes, format: 'trained' });
    for (const mode of ['parallel', 'sequential'] as const) {
      const plain = await collect(decoder, question, { mode });
      const { told, statistics } = await collect(decoder, question, { mode, drafts: 'lookup' });
      expect(told.result).toEqual(plain.told.result);
      expect(told.result.text).toBe(writeAnswer(script));
      const chosen = statistics.stages.filter(({ stage }) => stage !== 'prefill');
      for (const { stage, tokens, forwardPasses, drafts } of chosen) {
        if (stage !== 'branches') expect(forwardPasses).toBe(tokens - drafts!.accepted);
      }
      expect(statistics.forwardPasses).toBeLessThan(0.8 * plain.statistics.forwardPasses);
      const { proposed, accepted } = statistics.drafts!;
      expect(accepted).toBeGreaterThan(0);
      expect(proposed).toBeGreaterThanOrEqual(accepted);
      const sums = chosen.map(({ drafts }) => drafts!.accepted).reduce((sum, count) => sum + count, 0);
      expect(sums).toBe(accepted);
    }
  });

  test('is the same where blocks stand inside of steps', async () => {
    const body = ' we write down what it means for the trip.\n\n';
    const parts: Part[] = [
      'Let us see.\n\n',
      [
        {
          title: 'cost',
          body: [
            body,
            [
              { title: 'low', body: [body] },
              { title: 'high', body: [body] },
            ],
            '\n\n',
          ],
        },
        { title: 'time', body: [body] },
      ],
      '\nGo.',
    ];
    // A wrong draft is nothing that it knows.
    const respond = orEnd(respondNested(seenPrompt, parts, true));
    const model = createScriptedModel({ tokenizer: bytes, respond });
    const decoder = createDecoder({ model, tokenizer: bytes, format: 'trained' });
    const plain = await collect(decoder, 'Shall I go?', { maxDepth: 2 });
    const drafted = await collect(decoder, 'Shall I go?', { maxDepth: 2, drafts: 'lookup' });
    expect(drafted.told).toEqual(plain.told);
    expect(drafted.told.result.text).toBe(writeParts(parts));
    expect(drafted.told.result.branches).toHaveLength(4);
    expect(drafted.statistics.forwardPasses).toBeLessThan(plain.statistics.forwardPasses);
  });

  test('can be refused by its name only', () => {
    const [decoder] = random;
    const options = { drafts: 'model' } as unknown as GenerateOptions;
    expect(() => decoder!.generate('?', options)).toThrow(/drafts must be 'off' or 'lookup'/);
    expect(() => decoder!.fork('?', [{}], { drafts: true } as never)).toThrow(TypeError);
  });
});

test('branches of a fork and its join write the same with drafts', async () => {
  const pattern = fc.array(fc.integer({ min: 1, max: 258 }), { maxLength: 4 });
  const branch = fc.record({
    prompt: fc.record({ tokens: pattern }),
    maxTokens: fc.integer({ min: 1, max: 40 }),
  });
  let accepted = 0;
  await fc.assert(
    fc.asyncProperty(
      fc.integer().map(createRepetitive),
      fc.array(branch, { minLength: 1, maxLength: 4 }),
      fc.integer({ min: 0, max: 60 }),
      async (decoder, branches, slack) => {
        const kvBudget = 60 + slack;
        const decode = async (options: ForkOptions) => {
          const fork = decoder.fork({ tokens: [1, 98, 99] }, branches, { kvBudget, ...options });
          const results = await fork.results();
          const { statistics, ...joined } = await fork.join('a', { maxTokens: 30 }).result();
          accepted += statistics.drafts?.accepted ?? 0;
          return { results, joined };
        };
        expect(await decode({ drafts: 'lookup' })).toEqual(await decode({}));
      },
    ),
    { seed: 2503, numRuns: 100 },
  );
  expect(accepted).toBeGreaterThan(100);
});
