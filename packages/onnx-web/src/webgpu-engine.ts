import type { Engine } from '@beltline/backend';
import {
  type BeltGraphInfo,
  beltOutputs,
  newKeysOutput,
  newValuesOutput,
  pastKeysInput,
  pastValuesInput,
} from '@beltline/graph';
import { createStepFeeds, modelShapeOf } from '@beltline/onnx-engine';
import type { Tensor } from 'onnxruntime-web';
import { createGpuStoreFactory, type GpuKeyValueStore } from './gpu-key-value-store.ts';
import type { GraphFiles } from './load-graph.ts';
import type { OnnxRuntime } from './onnx-runtime.ts';
import { sessionOptions, toTensor } from './public-session.ts';

/** Runs a belt-ready graph on WebGPU; the keys and values stay on the GPU, only logits come back. */
export async function createWebgpuEngine(
  runtime: OnnxRuntime,
  device: GPUDevice,
  files: GraphFiles,
  info: BeltGraphInfo,
): Promise<Engine<GpuKeyValueStore>> {
  const { layers, kvHeads, headSize, precision } = info;
  const indices = [...Array(layers).keys()];
  const newNames = [...indices.map(newKeysOutput), ...indices.map(newValuesOutput)];
  const pastNames = [...indices.map(pastKeysInput), ...indices.map(pastValuesInput)];
  const session = await runtime.InferenceSession.create(files.graph, {
    ...sessionOptions(files, [{ name: 'webgpu', device }]),
    // Errors only: it warns that it leaves the arithmetic of shapes to the CPU.
    logSeverityLevel: 3,
    preferredOutputLocation: Object.fromEntries(newNames.map((name) => [name, 'gpu-buffer'])),
  });
  const createStore = createGpuStoreFactory(device, info);

  function pastFeeds({ buffers, allocated }: GpuKeyValueStore): Record<string, Tensor> {
    const options = { dataType: 'float32', dims: [1, kvHeads, allocated, headSize] } as const;
    return Object.fromEntries(
      pastNames.map((name, index) => [name, runtime.Tensor.fromGpuBuffer(buffers[index]!, options)]),
    );
  }

  return {
    shape: modelShapeOf(info),
    capabilities: { device: 'webgpu', precision },
    createStore: (capacity) => createStore(capacity),
    copyStore: (store, length, capacity) => createStore(capacity, { store, length }),
    async run(store, pass) {
      const { pastLength } = pass;
      const tokens = pass.tokens.length;
      await store.reserve(pastLength + tokens, pastLength);
      const feeds = createStepFeeds(pass, (tensor) => toTensor(runtime, tensor));
      const fetched = await session.run({ ...feeds, ...pastFeeds(store) });
      const added = newNames.map((name) => fetched[name]!);
      store.write(
        added.map((tensor) => tensor.gpuBuffer as unknown as GPUBuffer),
        { tokens, slot: pastLength },
      );
      for (const tensor of added) tensor.dispose();
      return fetched[beltOutputs.logits]!.data as Float32Array;
    },
    dispose: () => session.release(),
  };
}
