import { BackendError, createLanguageModel, type Engine, type KvStore } from '@beltline/backend';
import { TRUNK } from '@beltline/mask';
import { expect, test } from 'vitest';

const step = { tokens: [1], positions: [0], strands: [TRUNK], logitsRows: [0] };

test('a failed pass says why and leaves the cache as it was', async () => {
  const reason = new Error('out of memory');
  const model = createLanguageModel(createEngine({ run: () => Promise.reject(reason) }));
  const cache = model.createCache();
  await expect(model.forward(cache, step)).rejects.toMatchObject({ code: 'RUN_FAILED', cause: reason });
  expect(cache.slots.length).toBe(0);
  expect(() => cache.truncate(0)).not.toThrow();
});

test('an error that the engine has named keeps its name', async () => {
  const named = new BackendError('UNSUPPORTED', 'no such operator');
  const model = createLanguageModel(createEngine({ run: () => Promise.reject(named) }));
  await expect(model.forward(model.createCache(), step)).rejects.toBe(named);
});

test('an engine that throws at once does not stop the queue', async () => {
  let calls = 0;
  const engine = createEngine({
    run() {
      if (calls++ === 0) throw new Error('at once');
      return Promise.resolve(new Float32Array(4));
    },
  });
  const model = createLanguageModel(engine);
  const [first, second] = [model.createCache(), model.createCache()];
  const passes = [model.forward(first, step), model.forward(second, step)];
  await expect(passes[0]).rejects.toMatchObject({ code: 'RUN_FAILED' });
  expect(await passes[1]).toHaveLength(1);
});

test('an engine never runs two passes at once', async () => {
  let running = 0;
  let most = 0;
  const engine = createEngine({
    async run() {
      most = Math.max(most, ++running);
      await new Promise((resolve) => setTimeout(resolve, 2));
      running--;
      return new Float32Array(4);
    },
  });
  const model = createLanguageModel(engine);
  await Promise.all([1, 2, 3].map(() => model.forward(model.createCache(), step)));
  expect(most).toBe(1);
});

test('stores are disposed once, after their pass, and the engine last', async () => {
  const log: string[] = [];
  const engine = createEngine({
    createStore: () => ({ keep() {}, dispose: () => log.push('store') }),
    async run() {
      await new Promise((resolve) => setTimeout(resolve, 2));
      log.push('pass');
      return new Float32Array(4);
    },
    async dispose() {
      log.push('engine');
    },
  });
  const model = createLanguageModel(engine);
  const cache = model.createCache();
  const pass = model.forward(cache, step);
  cache.dispose();
  model.createCache();
  await Promise.all([pass, model.dispose(), model.dispose()]);
  cache.dispose();
  expect(log).toEqual(['pass', 'store', 'store', 'engine']);
});

/** An engine with a vocabulary of four tokens and nothing in it. */
function createEngine(parts: Partial<Engine<KvStore>>): Engine<KvStore> {
  return {
    shape: { architecture: 'llama', layers: 1, kvHeads: 1, headSize: 2, vocabularySize: 4, contextLength: 8 },
    capabilities: { device: 'cpu', precision: 'fp32' },
    createStore: () => ({ keep() {}, dispose() {} }),
    copyStore: () => ({ keep() {}, dispose() {} }),
    run: async (_, pass) => new Float32Array(pass.logitsRows.length * 4),
    dispose: async () => {},
    ...parts,
  };
}
