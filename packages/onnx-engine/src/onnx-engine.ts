import type { Capabilities, Engine } from '@beltline/backend';
import { type BeltGraphInfo, beltOutputs } from '@beltline/graph';
import { createCacheFeeds } from './cache-feeds.ts';
import type { GraphSession } from './graph-session.ts';
import { createKeyValueStore, type KeyValueStore } from './key-value-store.ts';
import { modelShapeOf } from './read-graph-info.ts';
import { createStepFeeds } from './step-feeds.ts';

/**
 * Makes the engine of a graph of `unfuseGraph` whose cache lies in memory that JavaScript writes: keys and values are
 * read where they lie, and new ones are written behind them. Of what follows the slots that all rows of a pass see, each row
 * is multiplied with its own slots alone, where these are few.
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
