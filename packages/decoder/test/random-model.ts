import { createLanguageModel, type Engine, type KvStore, type LanguageModel } from '@beltline/backend';
import type { Tokenizer } from '@beltline/tokenizer';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';

export interface RandomModelOptions {
  readonly tokenizer: Tokenizer;
  readonly seed: number;
  /** How far the logits spread. */
  readonly spread?: number;
  /** Tokens that hold one of these characters get this much more, so that markers come at all. */
  readonly favoured?: { readonly characters: string; readonly bonus: number };
  readonly contextLength?: number;
}

/** A language model that knows nothing: its logits are noise, another in each row. */
export function createRandomModel(options: RandomModelOptions): LanguageModel {
  const { tokenizer, seed, spread = 1, favoured, contextLength = 8192 } = options;
  const { vocabularySize } = tokenizer;
  const generator = xoroshiro128plus(seed);
  const bonus = Float32Array.from({ length: vocabularySize }, (_, token) => {
    const text = String.fromCharCode(...tokenizer.bytesOf(token));
    return favoured && [...favoured.characters].some((character) => text.includes(character))
      ? favoured.bonus
      : 0;
  });
  const engine: Engine<KvStore> = {
    shape: { architecture: 'random', layers: 1, kvHeads: 1, headSize: 2, vocabularySize, contextLength },
    capabilities: { device: 'cpu', precision: 'fp32' },
    createStore: () => ({ keep() {}, dispose() {} }),
    copyStore: () => ({ keep() {}, dispose() {} }),
    async run(_store, { logitsRows }) {
      const logits = new Float32Array(logitsRows.length * vocabularySize);
      for (let index = 0; index < logits.length; index++) {
        const uniform = (generator.next() >>> 0) / 2 ** 32;
        logits[index] = spread * (uniform - 0.5) + bonus[index % vocabularySize]!;
      }
      return logits;
    },
    async dispose() {},
  };
  return createLanguageModel(engine);
}
