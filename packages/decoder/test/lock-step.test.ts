import { createReferenceModel } from '@beltline/backend/reference';
import { createDecoder, type ForkBranch, type SamplingOptions } from '@beltline/decoder';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { goldenModels } from '../../backend/test/golden-models.ts';
import { createByteTokenizer } from './scripted-model.ts';

const tokenizer = createByteTokenizer();
const [llama] = goldenModels;
const decoder = createDecoder({ model: createReferenceModel(llama!), tokenizer });

const ids = (limits: { minLength: number; maxLength: number }) =>
  fc.array(fc.integer({ min: 1, max: 500 }), limits);
const branch = fc.record({
  prompt: fc.record({ tokens: ids({ minLength: 0, maxLength: 4 }) }),
  maxTokens: fc.integer({ min: 1, max: 8 }),
});
const prefix = fc.record({ tokens: ids({ minLength: 1, maxLength: 6 }) });

const sampling: [string, SamplingOptions][] = [
  ['greedy', {}],
  ['seeded sampling', { temperature: 1, topP: 0.95, minP: 0.001, seed: 7 }],
  ['penalties', { temperature: 0.5, repetitionPenalty: 1.3, frequencyPenalty: 0.2, seed: 7 }],
];

async function decode(start: { tokens: number[] }, branches: ForkBranch[], options: SamplingOptions) {
  const fork = decoder.fork(start, branches, options);
  try {
    return (await fork.results()).map(({ tokens }) => tokens.join());
  } finally {
    fork.dispose();
  }
}

test.each(sampling)(
  'what a branch writes does not depend on its siblings or its place: %s',
  async (_, options) => {
    await fc.assert(
      fc.asyncProperty(
        prefix,
        fc.uniqueArray(branch, {
          minLength: 2,
          maxLength: 5,
          selector: ({ prompt }) => prompt.tokens.join(),
        }),
        async (start, branches) => {
          const together = await decode(start, branches, options);
          expect(await decode(start, branches.toReversed(), options)).toEqual(together.toReversed());
          for (const [index, alone] of branches.entries()) {
            expect(await decode(start, [alone], options)).toEqual([together[index]]);
          }
        },
      ),
      { seed: 2503, numRuns: 15 },
    );
  },
);

test('branches that start alike draw differently, and the same again with the same seed', async () => {
  const start = { tokens: [5, 6] };
  const samples = Array.from({ length: 4 }, () => ({ maxTokens: 6 }));
  const drawn = await decode(start, samples, { temperature: 1, seed: 3 });
  expect(new Set(drawn).size).toBe(4);
  expect(await decode(start, samples, { temperature: 1, seed: 3 })).toEqual(drawn);
  expect(await decode(start, samples, { temperature: 1, seed: 4 })).not.toEqual(drawn);
  expect(await decode(start, samples.slice(1), { temperature: 1, seed: 3 })).toEqual(drawn.slice(0, 3));
});

test('a budget that does not hold all branches at once makes them go in waves, with the same results', async () => {
  await fc.assert(
    fc.asyncProperty(
      prefix,
      fc.array(branch, { minLength: 2, maxLength: 6 }),
      fc.integer({ min: 0, max: 20 }),
      async (start, branches, slack) => {
        const longest = Math.max(
          ...branches.map(({ prompt, maxTokens }) => prompt.tokens.length + maxTokens),
        );
        const kvBudget = start.tokens.length + longest + slack;
        let most = 0;
        const fork = decoder.fork(start, branches, { kvBudget, trace: true });
        for await (const event of fork) {
          if (event.type === 'pass') most = Math.max(most, event.firstSlot + event.tokens.length);
        }
        const waves = (await fork.results()).map(({ tokens }) => tokens.join());
        fork.dispose();
        expect(waves).toEqual(await decode(start, branches, {}));
        expect(most).toBeLessThanOrEqual(kvBudget);
      },
    ),
    { seed: 2503, numRuns: 30 },
  );
});
