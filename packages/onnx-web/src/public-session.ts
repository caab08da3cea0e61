import type { FeedTensor, GraphOutputs, GraphSession } from '@beltline/onnx-engine';
import type { InferenceSession, Tensor } from 'onnxruntime-web';
import type { GraphFiles } from './load-graph.ts';
import type { OnnxRuntime } from './onnx-runtime.ts';

/** Runs a graph through onnxruntime-web's documented interface, which copies every input at each run. */
export async function createPublicSession(
  runtime: OnnxRuntime,
  files: GraphFiles,
): Promise<GraphSession<Tensor>> {
  const session = await runtime.InferenceSession.create(files.graph, sessionOptions(files, ['wasm']));

  return {
    cache: 'joined',
    allocate: (length) => new Float32Array(length),
    // The garbage collector does.
    free() {},
    createFeed: (tensor) => toTensor(runtime, tensor),
    async run(feeds, targets) {
      const outputs = (await session.run(feeds)) as GraphOutputs;
      for (const [name, { data }] of Object.entries(targets)) (data as Float32Array).set(outputs[name]!.data);
      return outputs;
    },
    release: () => session.release(),
  };
}

/** Options that every session of a belt-ready graph is made with. */
export function sessionOptions(
  { externalData }: GraphFiles,
  executionProviders: InferenceSession.SessionOptions['executionProviders'] & {},
): InferenceSession.SessionOptions {
  return {
    executionProviders,
    // Patterns are kept per input shape, and every step of a growing cache has another: memory would only grow.
    enableMemPattern: false,
    externalData: Object.entries(externalData).map(([path, data]) => ({ path, data })),
  };
}

/** A tensor as the runtime takes it. */
export function toTensor({ Tensor }: OnnxRuntime, { type, data, dims }: FeedTensor): Tensor {
  return new Tensor(type, data as Float32Array, dims);
}
