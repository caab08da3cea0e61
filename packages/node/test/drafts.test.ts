import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Decoder, type GenerateOptions, loadDecoder } from '@beltline/node';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

const fixtures = new URL('../../../fixtures/', import.meta.url);
const problems: { family: string; prompt: string; promptTokens: number[] }[] = readFileSync(
  new URL('tiny/expected.jsonl', fixtures),
  'utf8',
)
  .trim()
  .split('\n')
  .map((line) => JSON.parse(line));

const oneOfEach = problems.filter(
  ({ family }, index) => problems.findIndex((other) => other.family === family) === index,
);

const ways: GenerateOptions[] = [
  { mode: 'sequential' },
  { join: 'recompute' },
  { join: 'reuse' },
  { verify: 'repair' },
];

/** Decodes with and without drafts, and returns what the drafts were good for. */
async function compare(decoder: Decoder, prompt: string | { tokens: number[] }, options: GenerateOptions) {
  const { statistics: plain, ...expected } = await decoder.generate(prompt, options).result();
  const drafted = decoder.generate(prompt, { ...options, drafts: 'lookup' });
  const { statistics, ...result } = await drafted.result();
  expect(result).toEqual(expected);
  return { ...statistics.drafts!, saved: plain.forwardPasses - statistics.forwardPasses };
}

describe('an answer of the embedded model', () => {
  let decoder: Decoder;
  beforeAll(async () => {
    decoder = await loadDecoder();
  });
  afterAll(() => decoder.dispose());

  test.each(
    oneOfEach.map(({ family, prompt, promptTokens }) => [family, prompt, promptTokens.length] as const),
  )(
    'to a problem of %s is the same with drafts, token for token, and takes fewer passes',
    async (_family, prompt, promptLength) => {
      let saved = 0;
      for (const options of [...ways, { kvBudget: promptLength + 200 }]) {
        const limits = { maxTokens: 240, maxBranchTokens: 60 };
        saved += (await compare(decoder, prompt, { ...limits, ...options })).saved;
      }
      expect(saved).toBeGreaterThan(0);
    },
  );
});

describe('an answer of random weights in float32', () => {
  test.each(['llama', 'qwen2', 'qwen3'])(
    'is the same with drafts, token for token: %s',
    async (architecture) => {
      const cacheFolder = await mkdtemp(join(tmpdir(), 'beltline-drafts-'));
      const folder = fileURLToPath(new URL(`golden/${architecture}`, fixtures));
      const decoder = await loadDecoder(folder, { precision: 'fp32', cacheFolder });
      try {
        const encode = (text: string) => decoder.tokenizer.encode(text, { place: 'middle' });
        // Without a bias for the markers no block would ever come.
        const logitBias = Object.fromEntries(
          [...encode('####'), ...encode('%%%%')].map((token) => [token, 3]),
        );
        let proposed = 0;
        for (let start = 3; start < 6; start++) {
          const prompt = { tokens: [start, start + 40, start * 7] };
          const limits = { maxTokens: 90, maxBranchTokens: 12, maxBranches: 4, maxTitleTokens: 3, logitBias };
          for (const options of ways) {
            proposed += (await compare(decoder, prompt, { ...limits, chunkSize: 48, ...options })).proposed;
          }
        }
        expect(proposed).toBeGreaterThan(0);
      } finally {
        await decoder.dispose();
        await rm(cacheFolder, { recursive: true });
      }
    },
  );
});
