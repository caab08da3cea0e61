import { createLanguageModel } from '@beltline/backend';
import {
  type BeltGraphInfo,
  beltInputs,
  newKeysOutput,
  newValuesOutput,
  pastKeysInput,
} from '@beltline/graph';
import { TRUNK } from '@beltline/mask';
import { createOnnxEngine, type FeedTensor, type GraphSession } from '@beltline/onnx-engine';
import { expect, test } from 'vitest';

const info: BeltGraphInfo = {
  contractVersion: 1,
  architecture: 'llama',
  precision: 'fp32',
  layers: 2,
  kvHeads: 2,
  headSize: 3,
  vocabularySize: 4,
  contextLength: 1000,
};

test('a pass shows the runtime its own tensors; those of the past are shown again only when the cache has grown', async () => {
  const session = createSession();
  const model = createLanguageModel(createOnnxEngine(session, info, { device: 'cpu' }));
  const cache = model.createCache();
  const pass = (count: number) => {
    const { length } = cache.slots;
    const positions = Array.from({ length: count }, (_, index) => length + index);
    const same = (value: number) => positions.map(() => value);
    return model.forward(cache, { tokens: same(1), positions, strands: same(TRUNK), logitsRows: [] });
  };
  const shown: number[] = [];
  for (const count of [1, 1, 200, 200, 1]) {
    const before = session.feeds.length;
    await pass(count);
    shown.push(session.feeds.length - before);
  }
  const own = Object.keys(beltInputs).length;
  const past = 2 * info.layers;
  expect(shown).toEqual([own + past, own, own, own + past, own]);
});

test('new keys and values are in the next pass’s past, where the runtime reads it', async () => {
  const session = createSession();
  const model = createLanguageModel(createOnnxEngine(session, info, { device: 'cpu' }));
  const cache = model.createCache();
  const step = { tokens: [1, 2], positions: [0, 1], strands: [TRUNK, TRUNK], logitsRows: [1] };
  expect(await model.forward(cache, step)).toEqual([Float32Array.of(0, 1, 2, 3)]);
  await model.forward(cache, { ...step, positions: [2, 3] });
  const { data, dims } = session.lastRun()[pastKeysInput(1)]!;
  const [, , slots] = dims as [number, number, number, number];
  const row = (head: number, slot: number) => [...data].slice((head * slots + slot) * 3).slice(0, 3);
  // Each pass writes 0, 1, 2 ... over its tokens, heads and the heads' floats.
  for (const slot of [0, 2]) {
    expect([row(0, slot), row(1, slot)]).toEqual([
      [0, 1, 2],
      [3, 4, 5],
    ]);
    expect([row(0, slot + 1), row(1, slot + 1)]).toEqual([
      [6, 7, 8],
      [9, 10, 11],
    ]);
  }
});

test('memory is given back with the cache, and the graph with the model', async () => {
  const session = createSession();
  const model = createLanguageModel(createOnnxEngine(session, info, { device: 'wasm' }));
  const step = { tokens: [1], positions: [0], strands: [TRUNK], logitsRows: [] };
  const caches = [model.createCache(), model.createCache()];
  for (const cache of caches) await model.forward(cache, step);
  expect(session.held.size).toBe(2);
  caches[0]!.dispose();
  expect(session.held.size).toBe(1);
  await Promise.all([model.dispose(), model.dispose()]);
  expect(session.held.size).toBe(0);
  expect(session.releases()).toBe(1);
});

/** A graph whose every output counts up from 0; a feed is the tensor itself. */
function createSession() {
  const held = new Set<Float32Array>();
  const feeds: FeedTensor[] = [];
  let last: Readonly<Record<string, FeedTensor>> = {};
  let releases = 0;
  const counting = (length: number) => ({ data: Float32Array.from({ length }, (_, index) => index) });
  const session: GraphSession<FeedTensor> = {
    allocate(length) {
      const floats = new Float32Array(length);
      held.add(floats);
      return floats;
    },
    free: (floats) => void held.delete(floats),
    createFeed(tensor) {
      feeds.push(tensor);
      return tensor;
    },
    async run(fed) {
      last = fed;
      const [, tokens] = fed[beltInputs.inputIds]!.dims as [number, number];
      const [rows] = fed[beltInputs.logitsRows]!.dims as [number];
      const names = [0, 1].flatMap((layer) => [newKeysOutput(layer), newValuesOutput(layer)]);
      const added = names.map((name) => [name, counting(tokens * info.kvHeads * info.headSize)]);
      return { ...Object.fromEntries(added), logits: counting(rows * info.vocabularySize) };
    },
    release: async () => void releases++,
  };
  return { ...session, held, feeds, lastRun: () => last, releases: () => releases };
}
