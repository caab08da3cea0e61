import { createLanguageModel, type Engine, type EnginePass, type KvStore } from '@beltline/backend';
import { defineConformanceTests, type GoldenModel } from '@beltline/backend/conformance';
import { expect, test } from 'vitest';
import { loadModelWeights } from '../src/reference/model-weights.ts';
import { createReferenceEngine } from '../src/reference/reference-engine.ts';
import { goldenModels } from './golden-models.ts';

const [llama] = goldenModels as [GoldenModel];

test('the suite needs a golden model', () => {
  const options = { test() {}, create: async () => createLanguageModel(referenceEngine()), golden: [] };
  expect(() => defineConformanceTests(options)).toThrow(RangeError);
});

test.each<[fault: string, caughtBy: string, break_: (engine: Engine<KvStore>) => Partial<Engine<KvStore>>]>([
  [
    'ignores the attention bias',
    'logits of branches',
    onPass(({ attentionBias }) => ({ attentionBias: attentionBias.map(() => 0) })),
  ],
  [
    'looks at the bias of its first row only',
    'greedy belt decoding',
    onPass(({ attentionBias, pastLength, tokens }) => {
      const total = pastLength + tokens.length;
      return {
        attentionBias: attentionBias.map((bias, at) =>
          at % total < pastLength ? attentionBias[at % total]! : bias,
        ),
      };
    }),
  ],
  [
    'counts positions by slot',
    'branches of different length in one pass',
    onPass(({ positions, pastLength }) => ({ positions: positions.map((_, token) => pastLength + token) })),
  ],
  [
    'returns the logits of the last rows',
    'logits of the asked rows',
    onPass(({ logitsRows, tokens }) => ({
      logitsRows: logitsRows.map((_, row) => tokens.length - logitsRows.length + row),
    })),
  ],
  [
    'forgets to move kept slots',
    'a dropped branch',
    (engine) => ({ createStore: (capacity) => Object.assign(engine.createStore(capacity), { keep() {} }) }),
  ],
  ['shares its store with copies of the cache', 'a copy begins', () => ({ copyStore: (store) => store })],
  [
    'shares its store between caches',
    'two caches in turn',
    (engine) => {
      const store = engine.createStore(1000);
      return { createStore: () => store };
    },
  ],
])('the suite catches an adapter that %s', async (_, caughtBy, breakEngine) => {
  const tests: { name: string; run: () => Promise<void> }[] = [];
  defineConformanceTests({
    test: (name, run) => tests.push({ name, run }),
    create: async () => {
      const engine = referenceEngine();
      return createLanguageModel({ ...engine, ...breakEngine(engine) });
    },
    golden: [llama],
  });
  const { run } = tests.find(({ name }) => name.startsWith(`llama: ${caughtBy}`))!;
  await expect(run()).rejects.toThrow();
});

function onPass(change: (pass: EnginePass) => Partial<EnginePass>) {
  return (engine: Engine<KvStore>): Partial<Engine<KvStore>> => ({
    run: (store, pass) => engine.run(store, { ...pass, ...change(pass) }),
  });
}

function referenceEngine(): Engine<KvStore> {
  const { config, weights } = llama;
  return createReferenceEngine(config, loadModelWeights(config, weights)) as unknown as Engine<KvStore>;
}
