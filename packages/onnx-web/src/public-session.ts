import type { InferenceSession, Tensor } from 'onnxruntime-web';
import type { FeedTensor, GraphSession } from './graph-session.ts';
import type { GraphFiles } from './load-graph.ts';
import type { OnnxRuntime } from './onnx-runtime.ts';

/** Runs a graph through onnxruntime-web's documented interface, which copies every input at each run. */
export async function createPublicSession(runtime: OnnxRuntime, files: GraphFiles): Promise<GraphSession> {
  const session = await runtime.InferenceSession.create(files.graph, sessionOptions(files, ['wasm']));

  return {
    allocate: (length) => new Float32Array(length),
    free() {},
    async run(feeds) {
      const fetched = await session.run(toTensors(runtime, feeds));
      return mapValues(fetched, (tensor) => tensor.data as Float32Array);
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

/** Feeds as the runtime takes them. */
export function toTensors(
  { Tensor }: OnnxRuntime,
  feeds: Readonly<Record<string, FeedTensor>>,
): Record<string, Tensor> {
  return mapValues(feeds, ({ type, data, dims }) => new Tensor(type, data as Float32Array, dims));
}

function mapValues<From, To>(
  record: Readonly<Record<string, From>>,
  change: (value: From) => To,
): Record<string, To> {
  return Object.fromEntries(Object.entries(record).map(([name, value]) => [name, change(value)]));
}
