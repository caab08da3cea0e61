import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Decoder, loadDecoder } from '@beltline/node';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

const fixtures = new URL('../../../fixtures/', import.meta.url);
const problems: { family: string; prompt: string; kind: string }[] = readFileSync(
  new URL('tiny/expected.jsonl', fixtures),
  'utf8',
)
  .trim()
  .split('\n')
  .map((line) => JSON.parse(line));

describe('a repaired answer of the embedded model', () => {
  let decoder: Decoder;
  beforeAll(async () => {
    decoder = await loadDecoder();
  });
  afterAll(() => decoder.dispose());

  const limits = { maxTokens: 300, maxBranchTokens: 160 } as const;
  test.each(problems.map(({ family, prompt, kind }, index) => [index + 1, family, prompt, kind] as const))(
    'to problem %i (%s) is what it writes in order, token for token',
    async (_index, _family, prompt, kind) => {
      const sequential = await decoder.generate(prompt, { mode: 'sequential', ...limits }).result();
      const repaired = await decoder.generate(prompt, { verify: 'repair', ...limits }).result();
      expect(repaired.tokens).toEqual(sequential.tokens);
      expect(repaired.finishReason).toBe(sequential.finishReason);
      if (kind !== 'direct') expect(repaired.verification!.branches.length).toBeGreaterThan(0);
    },
  );
});

describe('a repaired answer of random weights in float32', () => {
  test.each(['llama', 'qwen2', 'qwen3'])(
    'is what %s writes in order, token for token',
    async (architecture) => {
      const cacheFolder = await mkdtemp(join(tmpdir(), 'beltline-verify-'));
      const folder = fileURLToPath(new URL(`golden/${architecture}`, fixtures));
      const decoder = await loadDecoder(folder, { precision: 'fp32', cacheFolder });
      try {
        const encode = (text: string) => decoder.tokenizer.encode(text, { place: 'middle' });
        // Without a bias for the markers no block would ever come.
        const logitBias = Object.fromEntries(
          [...encode('####'), ...encode('%%%%')].map((token) => [token, 3]),
        );
        let repaired = 0;
        for (let start = 3; start < 15; start++) {
          const prompt = { tokens: [start, start + 40, start * 7] };
          const options = { maxTokens: 90, maxBranchTokens: 6, maxBranches: 4, maxTitleTokens: 3, logitBias };
          const sequential = await decoder.generate(prompt, { ...options, mode: 'sequential' }).result();
          const result = await decoder
            .generate(prompt, { ...options, verify: 'repair', chunkSize: 16 })
            .result();
          expect(result.tokens).toEqual(sequential.tokens);
          if (result.verification!.branches.length > 0 && result.verification!.repaired) repaired++;
        }
        expect(repaired).toBeGreaterThan(3);
      } finally {
        await decoder.dispose();
        await rm(cacheFolder, { recursive: true });
      }
    },
  );
});
