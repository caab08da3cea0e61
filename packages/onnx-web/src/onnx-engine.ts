import type { Engine, KvStore } from '@beltline/backend';
import {
  type BeltGraphInfo,
  beltOutputs,
  newKeysOutput,
  newValuesOutput,
  pastKeysInput,
  pastValuesInput,
} from '@beltline/graph';
import type { FeedTensor, GraphSession } from './graph-session.ts';
import { createKeyValueStore, type KeyValueStore, writeSlots } from './key-value-store.ts';
import { createStepFeeds } from './step-feeds.ts';

/** Keys and values, and the feeds that show them to the runtime. */
interface OnnxStore extends KvStore {
  readonly buffers: KeyValueStore;
  /** Feeds of the past, by input name; made anew only when the buffers were. */
  past: Record<string, FeedTensor>;
}

/** Feeds a belt-ready graph on the CPU: the past goes in, only new keys and values come out. */
export function createOnnxEngine(session: GraphSession, info: BeltGraphInfo): Engine<OnnxStore> {
  const { architecture, layers, kvHeads, headSize, vocabularySize, contextLength } = info;
  return {
    shape: { architecture, layers, kvHeads, headSize, vocabularySize, contextLength },
    capabilities: { device: 'wasm', precision: info.precision },
    createStore(capacity) {
      const buffers = createKeyValueStore({ shape: info, capacity, memory: session });
      return {
        buffers,
        past: {},
        keep: buffers.keep,
        dispose() {
          this.past = {};
          buffers.dispose();
        },
      };
    },
    async run(store, pass) {
      const { buffers } = store;
      const { pastLength } = pass;
      if (buffers.reserve(pastLength + pass.tokens.length, pastLength)) {
        store.past = createPastFeeds(buffers, info);
      }
      const outputs = await session.run({ ...createStepFeeds(pass), ...store.past });
      const place = { kvHeads, headSize, allocated: buffers.allocated, slot: pastLength };
      for (let layer = 0; layer < layers; layer++) {
        writeSlots(buffers.keys[layer]!, outputs[newKeysOutput(layer)]!, place);
        writeSlots(buffers.values[layer]!, outputs[newValuesOutput(layer)]!, place);
      }
      return outputs[beltOutputs.logits]!;
    },
    dispose: () => session.release(),
  };
}

function createPastFeeds(
  { allocated, keys, values }: KeyValueStore,
  { layers, kvHeads, headSize }: BeltGraphInfo,
): Record<string, FeedTensor> {
  const dims = [1, kvHeads, allocated, headSize];
  const feeds: Record<string, FeedTensor> = {};
  for (let layer = 0; layer < layers; layer++) {
    feeds[pastKeysInput(layer)] = { type: 'float32', data: keys[layer]!, dims };
    feeds[pastValuesInput(layer)] = { type: 'float32', data: values[layer]!, dims };
  }
  return feeds;
}
