import { beltOutputs } from '@beltline/graph';
import type { GraphOutputs, GraphSession } from '@beltline/onnx-engine';
import type { InferenceSession, Tensor } from 'onnxruntime-node';
import type { OnnxRuntime } from './onnx-runtime.ts';

/** Runs a graph in onnxruntime-node, which reads inputs and writes outputs where JavaScript has them. */
export function createNodeSession({ Tensor }: OnnxRuntime, session: InferenceSession): GraphSession<Tensor> {
  return {
    cache: 'in-place',
    allocate: (length) => new Float32Array(length),
    // The garbage collector does.
    free() {},
    createFeed: ({ type, data, dims }) => new Tensor(type, data as Float32Array, dims),
    run: async (feeds, targets) =>
      (await session.run(feeds, { ...targets, [beltOutputs.logits]: null })) as GraphOutputs,
    release: async () => session.release(),
  };
}
