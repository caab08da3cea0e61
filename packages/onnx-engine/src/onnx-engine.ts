import type { Capabilities, Engine, KvStore } from '@beltline/backend';
import {
  type BeltGraphInfo,
  beltOutputs,
  newKeysOutput,
  newValuesOutput,
  pastKeysInput,
  pastValuesInput,
} from '@beltline/graph';
import type { GraphSession } from './graph-session.ts';
import { createKeyValueStore, type KeyValueStore, writeSlots } from './key-value-store.ts';
import { modelShapeOf } from './read-graph-info.ts';
import { createStepFeeds } from './step-feeds.ts';

/** Keys and values, and the feeds that show them to the runtime. */
interface OnnxStore<Feed> extends KvStore {
  readonly buffers: KeyValueStore;
  /** Feeds of the past, by input name; made anew only when the buffers were. */
  past: Record<string, Feed>;
}

/**
 * Makes the engine of a belt-ready graph whose cache lies in memory that JavaScript writes: the past goes in where it
 * lies, only new keys and values come out.
 *
 * @param session the graph in a runtime; the engine releases it.
 * @param options.device what the model's capabilities name.
 *
 * @example
 * const engine = createOnnxEngine(session, readGraphInfo(bytes, path), { device: 'cpu' });
 * const model = createLanguageModel(engine);
 */
export function createOnnxEngine<Feed>(
  session: GraphSession<Feed>,
  info: BeltGraphInfo,
  { device }: { device: Capabilities['device'] },
): Engine<OnnxStore<Feed>> {
  const { layers, kvHeads, headSize, precision } = info;

  function createStore(capacity: number): OnnxStore<Feed> {
    const buffers = createKeyValueStore({ shape: info, capacity, memory: session });
    return {
      buffers,
      past: {},
      keep: buffers.keep,
      shrink(length) {
        const { allocated } = buffers;
        buffers.shrink(length);
        if (buffers.allocated < allocated) this.past = createPastFeeds(session, buffers, info);
      },
      dispose() {
        this.past = {};
        buffers.dispose();
      },
    };
  }

  return {
    shape: modelShapeOf(info),
    capabilities: { device, precision },
    createStore,
    copyStore(store, length, capacity) {
      const copy = createStore(capacity);
      copy.buffers.copyFrom(store.buffers, length);
      copy.past = createPastFeeds(session, copy.buffers, info);
      return copy;
    },
    async run(store, pass) {
      const { buffers } = store;
      const { pastLength } = pass;
      if (buffers.reserve(pastLength + pass.tokens.length, pastLength)) {
        store.past = createPastFeeds(session, buffers, info);
      }
      const outputs = await session.run({ ...createStepFeeds(pass, session.createFeed), ...store.past });
      const place = { kvHeads, headSize, allocated: buffers.allocated, slot: pastLength };
      for (let layer = 0; layer < layers; layer++) {
        writeSlots(buffers.keys[layer]!, outputs[newKeysOutput(layer)]!.data, place);
        writeSlots(buffers.values[layer]!, outputs[newValuesOutput(layer)]!.data, place);
      }
      return outputs[beltOutputs.logits]!.data;
    },
    dispose: () => session.release(),
  };
}

function createPastFeeds<Feed>(
  { createFeed }: GraphSession<Feed>,
  { allocated, keys, values }: KeyValueStore,
  { layers, kvHeads, headSize }: BeltGraphInfo,
): Record<string, Feed> {
  const dims = [1, kvHeads, allocated, headSize];
  const feeds: Record<string, Feed> = {};
  for (let layer = 0; layer < layers; layer++) {
    feeds[pastKeysInput(layer)] = createFeed({ type: 'float32', data: keys[layer]!, dims });
    feeds[pastValuesInput(layer)] = createFeed({ type: 'float32', data: values[layer]!, dims });
  }
  return feeds;
}
