import type { Capabilities, Engine, EnginePass } from '@beltline/backend';
import {
  type BeltGraphInfo,
  beltOutputs,
  keysInput,
  newKeysOutput,
  newValuesOutput,
  valuesInput,
} from '@beltline/graph';
import type { GraphSession } from './graph-session.ts';
import { createKeyValueStore, type KeyValueStore } from './key-value-store.ts';
import { modelShapeOf } from './read-graph-info.ts';
import { createStepFeeds } from './step-feeds.ts';

/**
 * Makes the engine of a graph of `unfuseGraph` whose cache lies in memory that JavaScript writes: keys and values are
 * read where they lie, and new ones are written behind them.
 *
 * @param session the graph in a runtime; the engine releases it.
 * @param info what the graph said of itself before it was changed.
 * @param options.device what the model's capabilities name, as `options.widePrecision` where the session has two.
 *
 * @example
 * const engine = createOnnxEngine(session, readGraphInfo(bytes, path), { device: 'cpu' });
 * const model = createLanguageModel(engine);
 */
export function createOnnxEngine<Feed>(
  session: GraphSession<Feed>,
  info: BeltGraphInfo,
  { device, widePrecision }: Pick<Capabilities, 'device' | 'widePrecision'>,
): Engine<KeyValueStore> {
  const { precision } = info;
  const createStore = (capacity: number) => createKeyValueStore({ shape: info, capacity, memory: session });

  return {
    shape: modelShapeOf(info),
    capabilities: { device, precision, ...(widePrecision && { widePrecision }) },
    createStore,
    copyStore(store, length, capacity) {
      const copy = createStore(capacity);
      copy.copyFrom(store, length);
      return copy;
    },
    async run(store, pass) {
      store.reserve(pass.pastLength + pass.tokens.length, pass.pastLength);
      const { past, added } = createCacheFeeds(session, info, { store, pass });
      const outputs = await session.run({ ...createStepFeeds(pass, session.createFeed), ...past }, added);
      return outputs[beltOutputs.logits]!.data;
    },
    dispose: () => session.release(),
  };
}

/** The slots that a pass reads, by input, and those that it writes, by output. */
function createCacheFeeds<Feed>(
  { cache, createFeed }: GraphSession<Feed>,
  { layers, kvHeads, headSize }: BeltGraphInfo,
  { store, pass: { pastLength, tokens } }: { store: KeyValueStore; pass: EnginePass },
) {
  const width = kvHeads * headSize;
  const total = pastLength + tokens.length;
  const read = cache === 'in-place' ? total : pastLength;
  const past: Record<string, Feed> = {};
  const added: Record<string, Feed> = {};
  const show = (floats: Float32Array, input: string, output: string): void => {
    const data = floats.subarray(0, read * width);
    past[input] = createFeed({ type: 'float32', data, dims: [read, kvHeads, headSize] });
    const target = floats.subarray(pastLength * width, total * width);
    added[output] = createFeed({ type: 'float32', data: target, dims: [1, tokens.length, width] });
  };
  for (let layer = 0; layer < layers; layer++) {
    show(store.keys[layer]!, keysInput(layer), newKeysOutput(layer));
    show(store.values[layer]!, valuesInput(layer), newValuesOutput(layer));
  }
  return { past, added };
}
