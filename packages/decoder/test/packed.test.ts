import { readFileSync } from 'node:fs';
import { createLanguageModel, type Engine, type KvStore, type LanguageModel } from '@beltline/backend';
import { createDecoder, type GenerateOptions } from '@beltline/decoder';
import { createTokenizer } from '@beltline/tokenizer';
import { describe, expect, test } from 'vitest';

/** A problem as training packs it, `[token]`; `training/tests/packed_fixture.py` writes them. */
interface PackedCase {
  readonly prompt: readonly number[];
  readonly text: string;
  readonly tokens: readonly number[];
  readonly positions: readonly number[];
  readonly strands: readonly number[];
  /** The strands that each strand sees, `[strand]`. */
  readonly visible: readonly (readonly number[])[];
  readonly targets: readonly number[];
  /** 1 where the target is learned, 0 where the decoder forces it. */
  readonly predicted: readonly number[];
}

const read = (file: string) =>
  readFileSync(new URL(`../../../fixtures/packed/${file}`, import.meta.url), 'utf8');
const tokenizer = createTokenizer({
  tokenizer: JSON.parse(read('tokenizer.json')),
  tokenizerConfig: JSON.parse(read('tokenizer_config.json')),
});
const cases: PackedCase[] = read('cases.jsonl')
  .trim()
  .split('\n')
  .map((line) => JSON.parse(line));

interface Seen {
  readonly token: number;
  readonly position: number;
}

/** What a token sees, itself included, as one string: what attention makes of it depends on nothing else. */
function keyOf(seen: readonly Seen[]): string {
  const pairs = seen.map(({ token, position }) => `${position}:${token}`);
  return pairs.sort().join(' ');
}

/** The learned next token of all that is seen somewhere in the packed sequence. */
function learn({ tokens, positions, strands, visible, targets, predicted }: PackedCase): Map<string, number> {
  const learned = new Map<string, number>();
  for (const [query, strand] of strands.entries()) {
    if (!predicted[query]) continue;
    const seen = [...tokens.keys()].filter((key) => key <= query && visible[strand]!.includes(strands[key]!));
    const key = keyOf(seen.map((slot) => ({ token: tokens[slot]!, position: positions[slot]! })));
    learned.set(key, targets[query]!);
  }
  return learned;
}

interface SeenStore extends KvStore {
  readonly seen: Seen[];
}

/** A model that has learned one packed sequence by heart, and refuses to see anything else. */
function createPackedModel(learned: ReadonlyMap<string, number>): LanguageModel {
  const { vocabularySize } = tokenizer;
  const createStore = (seen: Seen[]): SeenStore => ({
    seen,
    keep: (slots) => void seen.splice(0, seen.length, ...Array.from(slots, (slot) => seen[slot]!)),
    dispose() {},
  });
  const engine: Engine<SeenStore> = {
    shape: {
      architecture: 'packed',
      layers: 1,
      kvHeads: 1,
      headSize: 2,
      vocabularySize,
      contextLength: 1024,
    },
    capabilities: { device: 'cpu', precision: 'fp32' },
    createStore: () => createStore([]),
    copyStore: ({ seen }, length) => createStore(seen.slice(0, length)),
    async run({ seen }, { tokens, positions, pastLength, attentionBias, logitsRows }) {
      const added = Array.from(tokens, (token, index) => ({ token, position: positions[index]! }));
      seen.splice(pastLength, Infinity, ...added);
      const logits = new Float32Array(logitsRows.length * vocabularySize);
      logitsRows.forEach((row, index) => {
        const visible = seen.filter((_, slot) => attentionBias[row * seen.length + slot] === 0);
        const target = learned.get(keyOf(visible));
        if (target === undefined) {
          throw new Error(`not trained: ${tokenizer.decode(visible.map(({ token }) => token))}`);
        }
        logits[index * vocabularySize + target] = 10;
      });
      return logits;
    },
    async dispose() {},
  };
  return createLanguageModel(engine);
}

describe('training teaches just what decoding shows a model', () => {
  const ways: GenerateOptions[] = [{ mode: 'sequential' }, { join: 'recompute' }, { join: 'reuse' }];
  const choices = ways.flatMap((options) => cases.map((packed) => ({ options, packed, text: packed.text })));

  test.each(choices)('$options: $text', async ({ options, packed }) => {
    const model = createPackedModel(learn(packed));
    const decoder = createDecoder({ model, tokenizer, format: 'trained' });
    const result = await decoder.generate({ tokens: packed.prompt }, { maxDepth: 2, ...options }).result();
    expect(result.text).toBe(packed.text);
    const titles = packed.text.match(/####[^%]/g) ?? [];
    expect(result.branches).toHaveLength(options.mode === 'sequential' ? 0 : titles.length);
    expect(result.fallback).toBe(
      options.mode !== 'sequential' && titles.length === 0 ? 'no-block' : undefined,
    );
  });

  test('and nothing else: what it was not taught is refused', async () => {
    const learned = learn(cases[0]!);
    learned.delete([...learned.keys()].at(-1)!);
    const decoder = createDecoder({ model: createPackedModel(learned), tokenizer, format: 'trained' });
    const answer = decoder.generate({ tokens: cases[0]!.prompt }, { join: 'reuse' }).result();
    await expect(answer).rejects.toMatchObject({ code: 'RUN_FAILED' });
  });
});
