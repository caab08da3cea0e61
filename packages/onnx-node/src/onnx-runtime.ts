import { BackendError } from '@beltline/backend';

/** What is used of the module `onnxruntime-node`. */
export type OnnxRuntime = Pick<typeof import('onnxruntime-node'), 'InferenceSession' | 'Tensor'>;

/** Loads the installed `onnxruntime-node`. @throws BackendError `LOAD_FAILED` if there is none that works here. */
export async function importOnnxRuntime(): Promise<OnnxRuntime> {
  try {
    return await import('onnxruntime-node');
  } catch (cause) {
    throw new BackendError(
      'LOAD_FAILED',
      'onnxruntime-node could not be loaded: install it beside @beltline/onnx-node, on a platform it supports',
      { cause },
    );
  }
}
