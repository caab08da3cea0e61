import { createDecoder } from '@beltline/decoder';
import { expect, test } from 'vitest';
import { createRandomModel } from './random-model.ts';
import { createByteTokenizer } from './scripted-model.ts';

const tokenizer = createByteTokenizer(['####', '%%%%']);

/** Repeatable numbers in [0, 1). */
function createRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

test('whatever way 150 generations and forks end, every cache is freed where none is to be kept', async () => {
  const favoured = { characters: '#:%', bonus: 3 };
  const model = createRandomModel({ tokenizer, seed: 1, favoured });
  const { createCache } = model;
  const open = new Set<object>();
  let made = 0;
  Object.assign(model, {
    createCache: (options?: { capacity?: number }) => {
      const cache = createCache(options);
      const { dispose } = cache;
      open.add(cache);
      made++;
      return Object.assign(cache, {
        dispose() {
          open.delete(cache);
          dispose();
        },
      });
    },
  });
  const decoder = createDecoder({ model, tokenizer, prefixCache: { maxTokens: 0 } });
  const random = createRandom(7);
  const ends = new Set<string>();
  for (let index = 0; index < 150; index++) {
    const controller = new AbortController();
    const options = { temperature: 1, seed: index, signal: controller.signal };
    const stopAfter = Math.floor(random() * 80);
    const way = ['abort', 'leave', 'cancel'][Math.floor(random() * 3)]!;
    const forked = index % 2 ? decoder.fork('x', [{ maxTokens: 20 }, { maxTokens: 40 }], options) : undefined;
    const generation = decoder.generate('x', { ...options, maxTokens: 120, maxBranchTokens: 10 });
    let events = 0;
    try {
      for await (const _ of forked ?? generation) {
        if (events++ !== stopAfter) continue;
        ends.add(way);
        if (way === 'abort') controller.abort();
        else if (way === 'leave') break;
        else if (forked) forked.branches[1]!.cancel();
        else generation.cancelBranch(0);
      }
      if (index % 4 === 1) await forked?.join('y', { maxTokens: 5 }).result();
    } catch (error) {
      expect(error).toBe(controller.signal.reason);
    } finally {
      forked?.dispose();
    }
    expect(open.size).toBe(0);
  }
  expect(made).toBe(150);
  expect([...ends].sort()).toEqual(['abort', 'cancel', 'leave']);
});
