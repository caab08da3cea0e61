import type { GraphOutputs, GraphSession } from '@beltline/onnx-engine';
import type { InferenceSession, Tensor } from 'onnxruntime-node';
import type { OnnxRuntime } from './onnx-runtime.ts';

/** Runs a graph in onnxruntime-node, which reads inputs in place but copies outputs. */
export function createNodeSession({ Tensor }: OnnxRuntime, session: InferenceSession): GraphSession<Tensor> {
  return {
    allocate: (length) => new Float32Array(length),
    // The garbage collector does.
    free() {},
    createFeed: ({ type, data, dims }) => new Tensor(type, data as Float32Array, dims),
    run: async (feeds) => (await session.run(feeds)) as GraphOutputs,
    release: async () => session.release(),
  };
}
