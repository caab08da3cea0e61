import { BackendError } from '@beltline/backend';
import type { env, InferenceSession, Tensor } from 'onnxruntime-web';

/** What is used of the module `onnxruntime-web/wasm` or `onnxruntime-web/webgpu`; `env` is read, never written. */
export interface OnnxRuntime {
  readonly InferenceSession: typeof InferenceSession;
  readonly Tensor: typeof Tensor;
  readonly env: Readonly<typeof env>;
}

/**
 * Loads the installed onnxruntime-web for a device.
 *
 * @throws BackendError `LOAD_FAILED` if there is none that works here.
 */
export async function importOnnxRuntime(device: 'wasm' | 'webgpu'): Promise<OnnxRuntime> {
  try {
    return device === 'wasm' ? await import('onnxruntime-web/wasm') : await import('onnxruntime-web/webgpu');
  } catch (cause) {
    throw new BackendError(
      'LOAD_FAILED',
      `onnxruntime-web/${device} could not be loaded: install onnxruntime-web beside @beltline/onnx-web, or name it in the page's import map`,
      { cause },
    );
  }
}
