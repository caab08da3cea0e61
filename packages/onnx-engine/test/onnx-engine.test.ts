import { createLanguageModel } from '@beltline/backend';
import {
  type BeltGraphInfo,
  beltInputs,
  keysInput,
  newKeysOutput,
  newValuesOutput,
  suffixInputs,
  valuesInput,
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

test('a pass that runs in place reads past and new slots, and writes the new ones where it reads them', async () => {
  const session = createSession('in-place');
  const model = createLanguageModel(createOnnxEngine(session, info, { device: 'cpu' }));
  const cache = model.createCache();
  const step = { tokens: [1, 2], positions: [0, 1], strands: [TRUNK, TRUNK], logitsRows: [1] };
  expect(await model.forward(cache, step)).toEqual([Float32Array.of(0, 1, 2, 3)]);
  await model.forward(cache, { ...step, positions: [2, 3] });
  const { feeds, targets } = session.lastRun();
  for (const layer of [0, 1]) {
    for (const [read, written] of [
      [keysInput(layer), newKeysOutput(layer)],
      [valuesInput(layer), newValuesOutput(layer)],
    ] as const) {
      const [slots, added] = [feeds[read]!, targets[written]!];
      expect(slots.dims).toEqual([4, 2, 3]);
      expect(added.dims).toEqual([1, 2, 6]);
      expect(added.data.buffer).toBe(slots.data.buffer);
      expect(added.data.byteOffset).toBe(slots.data.byteOffset + slots.data.byteLength / 2);
    }
  }
});

test('a pass of many branches ends keys and values where they part, and says where each one finds its own', async () => {
  const session = createSession('in-place');
  const model = createLanguageModel(createOnnxEngine(session, info, { device: 'cpu' }));
  const cache = model.createCache();
  const [prefix, branches, steps] = [300, 40, 3];
  const filled = (length: number, value: number) => new Array<number>(length).fill(value);
  await model.forward(cache, {
    tokens: filled(prefix, 1),
    positions: [...Array(prefix).keys()],
    strands: filled(prefix, TRUNK),
    logitsRows: [],
  });
  expect(session.lastRun().feeds[suffixInputs.slots]!.dims).toEqual([4, 0, prefix]);
  const strands = filled(branches, TRUNK).map((parent) => cache.strands.add(parent));
  for (let step = 0; step < steps; step++) {
    const positions = filled(branches, prefix + step);
    await model.forward(cache, { tokens: filled(branches, 1), positions, strands, logitsRows: [] });
  }
  const { feeds, targets } = session.lastRun();
  const { data: slots, dims } = feeds[suffixInputs.slots]!;
  expect(dims).toEqual([4, steps, branches]);
  const floatsPerSlot = info.kvHeads * info.headSize;
  const memory = feeds[suffixInputs.memory]!.data as Float32Array;
  for (const layer of [0, 1]) {
    for (const [part, input, output] of [
      [layer, keysInput(layer), newKeysOutput(layer)],
      [info.layers + layer, valuesInput(layer), newValuesOutput(layer)],
    ] as const) {
      const { data } = feeds[input]!;
      expect(feeds[input]!.dims[0]).toBe(prefix);
      expect(targets[output]!.data.byteOffset).toBe(
        data.byteOffset + 4 * floatsPerSlot * (prefix + (steps - 1) * branches),
      );
      for (let step = 0; step < steps; step++) {
        for (const branch of [0, 7, branches - 1]) {
          const place = Number(slots[(part * steps + step) * branches + branch]);
          const slot = prefix + step * branches + branch;
          expect(memory.byteOffset + 4 * floatsPerSlot * place).toBe(
            data.byteOffset + 4 * floatsPerSlot * slot,
          );
        }
      }
    }
  }
});

test('a pass over joined slots reads the past alone, and the next one what it wrote', async () => {
  const session = createSession('joined');
  const model = createLanguageModel(createOnnxEngine(session, info, { device: 'wasm' }));
  const cache = model.createCache();
  const step = { tokens: [1], positions: [0], strands: [TRUNK], logitsRows: [] };
  await model.forward(cache, step);
  expect(session.lastRun().feeds[keysInput(1)]).toMatchObject({ dims: [0, 2, 3] });
  await model.forward(cache, { ...step, positions: [1] });
  // Each pass counts up over its tokens, heads and the heads' floats.
  const { dims, data } = session.lastRun().feeds[keysInput(1)]!;
  expect(dims).toEqual([1, 2, 3]);
  expect([...data]).toEqual([0, 1, 2, 3, 4, 5]);
});

test('memory is given back with the cache, and the graph with the model', async () => {
  const session = createSession('in-place');
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
function createSession(cache: GraphSession<FeedTensor>['cache']) {
  const held = new Set<Float32Array>();
  let last: Record<'feeds' | 'targets', Readonly<Record<string, FeedTensor>>>;
  let releases = 0;
  const counting = (length: number) => Float32Array.from({ length }, (_, index) => index);
  const session: GraphSession<FeedTensor> = {
    cache,
    allocate(length) {
      const floats = new Float32Array(length);
      held.add(floats);
      return floats;
    },
    free: (floats) => void held.delete(floats),
    createFeed: (tensor) => tensor,
    async run(feeds, targets) {
      last = { feeds, targets };
      for (const { data } of Object.values(targets)) (data as Float32Array).set(counting(data.length));
      const [rows] = feeds[beltInputs.logitsRows]!.dims as [number];
      return { logits: { data: counting(rows * info.vocabularySize) } };
    },
    release: async () => void releases++,
  };
  return { ...session, held, lastRun: () => last, releases: () => releases };
}
