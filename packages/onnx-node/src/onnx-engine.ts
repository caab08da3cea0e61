import type { Engine, EnginePass } from '@beltline/backend';
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

/** A store and the tensors that show it to the runtime. */
interface OnnxStore extends KeyValueStore {
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
      return Object.assign(createKeyValueStore(info, capacity), { past: {} });
    },
    async run(store, pass) {
      const { pastLength } = pass;
      if (store.reserve(pastLength + pass.tokens.length, pastLength)) {
        store.past = createPastFeeds(runtime, store, info);
      }
      const fetched = await session.run({ ...createStepFeeds(runtime, pass), ...store.past });
      for (let layer = 0; layer < layers; layer++) {
        const place = { kvHeads, headSize, allocated: store.allocated, slot: pastLength };
        writeSlots(store.keys[layer]!, floats(fetched, newKeysOutput(layer)), place);
        writeSlots(store.values[layer]!, floats(fetched, newValuesOutput(layer)), place);
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
  store: KeyValueStore,
  { layers, kvHeads, headSize }: BeltGraphInfo,
): Record<string, Tensor> {
  const shape = [1, kvHeads, store.allocated, headSize];
  const feeds: Record<string, Tensor> = {};
  for (let layer = 0; layer < layers; layer++) {
    feeds[pastKeysInput(layer)] = new Tensor('float32', store.keys[layer]!, shape);
    feeds[pastValuesInput(layer)] = new Tensor('float32', store.values[layer]!, shape);
  }
  return feeds;
}

function floats(fetched: InferenceSession.OnnxValueMapType, name: string): Float32Array {
  return fetched[name]!.data as Float32Array;
}

function toInt64(values: Int32Array): BigInt64Array {
  return BigInt64Array.from(values, BigInt);
}
