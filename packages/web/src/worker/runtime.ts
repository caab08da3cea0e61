import type { OnnxRuntime } from '@beltline/onnx-web';
import type { Device } from '../messages.ts';
import { reasonOf, WebError } from '../web-error.ts';

/**
 * Loads onnxruntime-web. Import maps do not reach into workers, so a page that has one passes the URL.
 *
 * @throws WebError `RUNTIME_FAILED`.
 */
export async function loadRuntime(device: Device, url: string | undefined): Promise<OnnxRuntime> {
  try {
    if (url !== undefined) return await import(/* @vite-ignore */ /* webpackIgnore: true */ url);
    return device === 'wasm' ? await import('onnxruntime-web/wasm') : await import('onnxruntime-web/webgpu');
  } catch (cause) {
    throw new WebError(
      'RUNTIME_FAILED',
      `onnxruntime-web/${device} could not be loaded: ${reasonOf(cause)}; install onnxruntime-web beside @beltline/web, ` +
        "name it in the page's import map, or pass its URL as the option onnxruntime",
      { cause, ...(url !== undefined && { url }) },
    );
  }
}

/** Looks for WebGPU before anything is downloaded. @throws WebError `NO_WEBGPU`. */
export async function requireWebgpu(): Promise<void> {
  const { gpu } = navigator as Partial<Navigator>;
  if (await gpu?.requestAdapter()) return;
  throw new WebError(
    'NO_WEBGPU',
    gpu
      ? "this browser knows WebGPU but found no adapter for it: use the device 'wasm'"
      : "this browser has no WebGPU, or the page is not served over https: use the device 'wasm'",
  );
}
