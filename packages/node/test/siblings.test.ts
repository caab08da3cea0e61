import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Decoder, type ForkOptions, loadDecoder } from '@beltline/node';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

const names = ['Crumb', 'The Daily Loaf', 'Ovenly', 'Rye', 'Golden Crust', 'Bread & Co', 'Mill', 'Yeast'];
const sampling: readonly [string, ForkOptions][] = [
  ['greedily', {}],
  ['at a temperature, with a seed', { temperature: 1, topP: 0.95, seed: 11 }],
];

describe.each(['llama', 'qwen2', 'qwen3'])('branches of %s on onnxruntime in float32', (architecture) => {
  let cacheFolder: string;
  let decoder: Decoder;
  beforeAll(async () => {
    cacheFolder = await mkdtemp(join(tmpdir(), 'beltline-siblings-'));
    const folder = fileURLToPath(new URL(`../../../fixtures/golden/${architecture}`, import.meta.url));
    decoder = await loadDecoder(folder, { precision: 'fp32', cacheFolder });
  });
  afterAll(async () => {
    await decoder.dispose();
    await rm(cacheFolder, { recursive: true });
  });

  /** What each of these branches writes beside the others, by its name. */
  async function write(chosen: readonly string[], options: ForkOptions) {
    const branches = chosen.map((name) => ({ prompt: `${name}:`, maxTokens: 5 + name.length }));
    const fork = decoder.fork('Judge each name for a bakery.', branches, options);
    const results = await fork.results();
    fork.dispose();
    return new Map(chosen.map((name, index) => [name, results[index]!.tokens]));
  }

  test.each(sampling)(
    'write the same alone, beside any others and in any order, %s',
    async (_how, options) => {
      const alone = new Map<string, readonly number[]>();
      for (const name of names) alone.set(name, (await write([name], options)).get(name)!);
      await fc.assert(
        fc.asyncProperty(fc.shuffledSubarray(names, { minLength: 2 }), async (chosen) => {
          for (const [name, tokens] of await write(chosen, options)) expect(tokens).toEqual(alone.get(name));
        }),
        { seed: 5, numRuns: 12 },
      );
    },
  );
});
