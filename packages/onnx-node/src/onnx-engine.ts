import type { Engine, EnginePass, KvStore } from '@beltline/backend';
import {
  type BeltGraphInfo,
  beltInputs,
  beltOutputs,
  newKeysOutput,
  newValuesOutput,
  pastKeysInput,
  pastValuesInput,
} from '@beltline/graph';
import type { InferenceSession, Tensor } from 'onnxruntime-node';
import { createKeyValueStore, type KeyValueStore, writeSlots } from './key-value-store.ts';
import type { OnnxRuntime } from './onnx-runtime.ts';

/** Keys and values, and the tensors that show them to the runtime. */
interface OnnxStore extends KvStore {
  readonly buffers: KeyValueStore;
  /** Feeds of the past, by input name; made anew only when the buffers were. */
  past: Record<string, Tensor>;
}

/** Feeds a belt-ready graph: the cache goes in by reference, only new keys and values come out. */
export function createOnnxEngine(
  runtime: OnnxRuntime,
  session: InferenceSession,
  info: BeltGraphInfo,
): Engine<OnnxStore> {
  const { architecture, layers, kvHeads, headSize, vocabularySize, contextLength } = info;
  return {
    shape: { architecture, layers, kvHeads, headSize, vocabularySize, contextLength },
    capabilities: { device: 'cpu', precision: info.precision },
    createStore(capacity) {
      const buffers = createKeyValueStore(info, capacity);
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
        store.past = createPastFeeds(runtime, buffers, info);
      }
      const fetched = await session.run({ ...createStepFeeds(runtime, pass), ...store.past });
      const place = { kvHeads, headSize, allocated: buffers.allocated, slot: pastLength };
      for (let layer = 0; layer < layers; layer++) {
        writeSlots(buffers.keys[layer]!, floats(fetched, newKeysOutput(layer)), place);
        writeSlots(buffers.values[layer]!, floats(fetched, newValuesOutput(layer)), place);
      }
      return floats(fetched, beltOutputs.logits);
    },
    async dispose() {
      await session.release();
    },
  };
}

function createStepFeeds({ Tensor }: OnnxRuntime, pass: EnginePass): Record<string, Tensor> {
  const tokens = pass.tokens.length;
  return {
    [beltInputs.inputIds]: new Tensor('int64', toInt64(pass.tokens), [1, tokens]),
    [beltInputs.positionIds]: new Tensor('int64', toInt64(pass.positions), [1, tokens]),
    [beltInputs.attentionBias]: new Tensor('float32', pass.attentionBias, [
      1,
      1,
      tokens,
      pass.pastLength + tokens,
    ]),
    [beltInputs.pastLength]: new Tensor('int32', Int32Array.of(pass.pastLength), [1]),
    [beltInputs.logitsRows]: new Tensor('int64', toInt64(pass.logitsRows), [pass.logitsRows.length]),
  };
}

function createPastFeeds(
  { Tensor }: OnnxRuntime,
  { allocated, keys, values }: KeyValueStore,
  { layers, kvHeads, headSize }: BeltGraphInfo,
): Record<string, Tensor> {
  const shape = [1, kvHeads, allocated, headSize];
  const feeds: Record<string, Tensor> = {};
  for (let layer = 0; layer < layers; layer++) {
    feeds[pastKeysInput(layer)] = new Tensor('float32', keys[layer]!, shape);
    feeds[pastValuesInput(layer)] = new Tensor('float32', values[layer]!, shape);
  }
  return feeds;
}

function floats(fetched: InferenceSession.OnnxValueMapType, name: string): Float32Array {
  return fetched[name]!.data as Float32Array;
}

function toInt64(values: Int32Array): BigInt64Array {
  return BigInt64Array.from(values, BigInt);
}
