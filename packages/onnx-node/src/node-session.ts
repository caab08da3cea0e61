import { BackendError } from '@beltline/backend';
import { beltOutputs } from '@beltline/graph';
import type { GraphOutputs, GraphSession } from '@beltline/onnx-engine';
import type { InferenceSession, Tensor } from 'onnxruntime-node';
import type { OnnxRuntime } from './onnx-runtime.ts';

/** Runs a graph in onnxruntime-node, which reads inputs and writes outputs where JavaScript has them. */
export function createNodeSession({ Tensor }: OnnxRuntime, session: InferenceSession): GraphSession<Tensor> {
  let isChecked = false;
  return {
    cache: 'in-place',
    allocate: (length) => new Float32Array(length),
    // The garbage collector does.
    free() {},
    createFeed: ({ type, data, dims }) => new Tensor(type, data as Float32Array, dims),
    async run(feeds, targets) {
      const outputs = await session.run(feeds, { ...targets, [beltOutputs.logits]: null });
      if (!isChecked) requireWritten(outputs, targets);
      isChecked = true;
      return outputs as GraphOutputs;
    },
    release: async () => session.release(),
  };
}

/**
 * Attention in place reads what the runtime wrote into the targets: one that does not heed them would give wrong logits
 * without an error.
 */
function requireWritten(
  outputs: InferenceSession.ReturnType,
  targets: Readonly<Record<string, Tensor>>,
): void {
  for (const [name, target] of Object.entries(targets)) {
    const output = outputs[name]?.data as Float32Array | undefined;
    const floats = target.data as Float32Array;
    if (output?.length !== floats.length || output.some((value, at) => !Object.is(value, floats[at]))) {
      const reason = 'InferenceSession.run must heed the tensors of its second argument';
      throw new BackendError(
        'UNSUPPORTED',
        `this onnxruntime does not write outputs where it is told to: ${reason}`,
      );
    }
  }
}
