import { readFileSync } from 'node:fs';
import {
  createDecoder,
  createOutlineConstraint,
  type DecodeEvent,
  type GenerateOptions,
} from '@beltline/decoder';
import { createOutlineParser } from '@beltline/format';
import { createTokenizer, type Tokenizer } from '@beltline/tokenizer';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createRandomModel } from './random-model.ts';
import { createByteTokenizer, createPrefixingTokenizer } from './scripted-model.ts';

const readJson = (file: string) =>
  JSON.parse(readFileSync(new URL(`../../../fixtures/golden/llama/${file}`, import.meta.url), 'utf8'));

/** Each cuts the markers in another way. */
const vocabularies: Record<string, Tokenizer> = {
  'single bytes': createByteTokenizer(),
  'whole markers': createByteTokenizer(['####', '%%%%', '......', '\n\n', 'cost', 'time']),
  'markers merged with neighbours': createByteTokenizer([
    ...[':\n', ':**', ' ####', '####c', '##', '%%%%\n', '%%', 's:......\n\n####', 'a:', '#####', '########'],
    ...[' :', 'b\n', ' ####a:', '####%%%%', '\n####%', '...', ':......', '=#', '-'.repeat(150), '　'],
  ]),
  'SentencePiece-like characters': createPrefixingTokenizer(),
  'a real one': createTokenizer({
    tokenizer: readJson('tokenizer.json'),
    tokenizerConfig: readJson('tokenizer_config.json'),
  }),
};

interface Outcome {
  readonly fallback: string | undefined;
  readonly titles: readonly string[];
  /** Tokens of the outline up to the last forward pass. */
  readonly tokens: readonly number[];
}

/** Decodes up to the end of the outline. */
async function decodeOutline(events: AsyncIterable<DecodeEvent>): Promise<Outcome> {
  const titles: string[] = [];
  const tokens: number[] = [];
  for await (const event of events) {
    if (event.type === 'branch-start') titles.push(event.title);
    if (event.type === 'pass' && event.stage === 'outline') tokens.push(...event.tokens);
    if (event.type === 'fallback') return { fallback: event.reason, titles, tokens };
    if (event.type === 'stage-start' && event.stage === 'branches') break;
  }
  return { fallback: undefined, titles, tokens };
}

/** Counts the tokens between each `####` and the first byte of its colon. */
function countTitleTokens(tokenizer: Tokenizer, tokens: readonly number[]): number[] {
  const byte = (id: number) => String.fromCharCode(...tokenizer.bytesOf(id));
  const text = tokens.map(byte).join('');
  const counts: number[] = [];
  for (const { index, 1: title = '' } of text.matchAll(/####([^:\n]+?):/g)) {
    const start = index + 4;
    let offset = 0;
    let count = 0;
    for (const id of tokens) {
      if (offset >= start && offset < start + title.length) count++;
      offset += byte(id).length;
    }
    counts.push(count);
  }
  return counts;
}

describe.each(Object.entries(vocabularies))('with a vocabulary of %s', (_name, tokenizer) => {
  const prompt = { tokens: [tokenizer.vocabularySize - 1] };
  const constraint = createOutlineConstraint(tokenizer);

  test('no outline of a model that knows nothing is malformed', async () => {
    const found = { outlines: 0, titles: 0 };
    const options = fc.record({
      maxBranches: fc.integer({ min: 1, max: 8 }),
      maxTitleTokens: fc.integer({ min: 1, max: 10 }),
      temperature: fc.constantFrom(0, 0.5, 1, 3),
      seed: fc.nat(),
    });
    const weights = fc.record({
      seed: fc.nat(),
      spread: fc.constantFrom(1, 6),
      favoured: fc.record({
        characters: fc.constantFrom('#', '#:', '#%', '#:%. \n', '#a', '# ', '#:\u00e3\u0080'),
        bonus: fc.integer({ min: 2, max: 6 }),
      }),
    });
    await fc.assert(
      fc.asyncProperty(weights, options, async (model, limits) => {
        const decoder = createDecoder({ model: createRandomModel({ tokenizer, ...model }), tokenizer });
        const generate: GenerateOptions = {
          ...limits,
          maxTokens: 4000,
          trace: true,
          outlineConstraint: constraint,
        };
        const { fallback, titles, tokens } = await decodeOutline(decoder.generate(prompt, generate));
        expect([undefined, 'no-block']).toContain(fallback);
        if (fallback) return;
        found.outlines++;
        found.titles += titles.length;
        expect(titles.length).toBeGreaterThan(0);
        expect(titles.length).toBeLessThanOrEqual(limits.maxBranches);
        expect(new Set(titles).size).toBe(titles.length);
        for (const title of titles) expect(title).toMatch(/^[^\r\n:]+$/);
        for (const count of countTitleTokens(tokenizer, tokens)) {
          expect(count).toBeLessThanOrEqual(limits.maxTitleTokens);
        }
        expect(createOutlineParser().push(tokenizer.decode(tokens))[0]).toMatchObject({
          type: 'preamble-delta',
        });
      }),
      { seed: 2503, numRuns: 60 },
    );
    // The test would be worth nothing without outlines.
    expect(found.outlines).toBeGreaterThan(20);
    expect(found.titles).toBeGreaterThan(60);
  });

  test('no token limit cuts an outline off', async () => {
    let outlines = 0;
    for (let seed = 0; seed < 250; seed++) {
      const favoured = { characters: seed % 2 ? '#' : '#:%', bonus: 6 };
      const model = createRandomModel({ tokenizer, seed, favoured });
      const limits = { maxTokens: 5 + (seed % 50), temperature: 1, seed };
      const decoder = createDecoder({ model, tokenizer });
      const { fallback } = await decodeOutline(decoder.generate(prompt, limits));
      expect([undefined, 'no-block']).toContain(fallback);
      if (!fallback) outlines++;
    }
    expect(outlines).toBeGreaterThan(20);
  });

  test('the same models break their outlines without it', async () => {
    const broken = new Set<string | undefined>();
    for (let seed = 0; seed < 40; seed++) {
      const favoured = { characters: seed % 2 ? '#:' : '#:%. \n', bonus: 4 };
      const model = createRandomModel({ tokenizer, seed, favoured });
      const generate: GenerateOptions = { maxTokens: 500, outlineConstraint: 'reference' };
      broken.add(
        (await decodeOutline(createDecoder({ model, tokenizer }).generate(prompt, generate))).fallback,
      );
    }
    expect(broken.size).toBeGreaterThan(2);
  });
});
