import { BackendError } from '@beltline/backend';
import { type OnnxRuntime, startWasmRuntime, type WasmRuntime } from '@beltline/onnx-web';
import type { Device } from '../messages.ts';
import { reasonOf, WebError } from '../web-error.ts';

export interface RuntimeOptions {
  /** URL of the folder with onnxruntime-web's files, ending with a slash; undefined where the bundler knows them. */
  readonly folder: string | undefined;
  readonly threads: number | undefined;
}

/**
 * Loads onnxruntime-web; import maps do not reach into workers, so a page that has one passes the folder.
 *
 * @throws WebError `RUNTIME_FAILED`.
 */
export async function loadRuntime(
  device: Device,
  options: RuntimeOptions,
): Promise<OnnxRuntime | WasmRuntime> {
  try {
    return device === 'wasm' ? await loadWasm(options) : await importModule('webgpu', options);
  } catch (cause) {
    const where = options.folder === undefined ? '' : ` from ${options.folder}`;
    throw new WebError(
      'RUNTIME_FAILED',
      `onnxruntime-web could not be loaded${where}: ${reasonOf(cause)}; install it beside @beltline/web, name ` +
        "onnxruntime-web/ in the page's import map, or pass the URL of its folder as the option onnxruntime",
      { cause, ...(options.folder !== undefined && { url: options.folder }) },
    );
  }
}

/** Threads of a forward pass; onnxruntime's own module decides at its first use. */
export function threadsOf(runtime: OnnxRuntime | WasmRuntime): number {
  return 'threads' in runtime ? runtime.threads : runtime.env.wasm.numThreads || 1;
}

async function loadWasm(options: RuntimeOptions): Promise<OnnxRuntime | WasmRuntime> {
  const { folder, threads } = options;
  try {
    return await startWasmRuntime({
      ...(await wasmFiles(folder)),
      ...(threads !== undefined && { threads }),
    });
  } catch (error) {
    if (!(error instanceof BackendError && error.code === 'UNSUPPORTED')) throw error;
    // Another version: its documented interface is slower, and works.
    return importModule('wasm', options);
  }
}

async function wasmFiles(folder: string | undefined): Promise<{ module: URL; wasm: URL }> {
  if (folder !== undefined) {
    return {
      module: await workerScript(new URL('ort-wasm-simd-threaded.mjs', folder)),
      wasm: new URL('ort-wasm-simd-threaded.wasm', folder),
    };
  }
  // Bundlers find files by just this expression.
  return {
    module: await workerScript(new URL('onnxruntime-web/ort-wasm-simd-threaded.mjs', import.meta.url)),
    wasm: new URL('onnxruntime-web/ort-wasm-simd-threaded.wasm', import.meta.url),
  };
}

/** URL of a script that threads can be started from: a script of another origin needs a copy of the page's own. */
async function workerScript(url: URL): Promise<URL> {
  if (url.origin === location.origin) return url;
  const response = await fetch(url);
  if (!response.ok) throw new Error(`${url.href}: the server answered ${response.status}`);
  const script = new Blob([await response.text()], { type: 'text/javascript' });
  return new URL(URL.createObjectURL(script));
}

async function importModule(
  name: 'wasm' | 'webgpu',
  { folder, threads }: RuntimeOptions,
): Promise<OnnxRuntime> {
  const runtime = await (folder === undefined ? importInstalled(name) : importFrom(folder, name));
  // The module is this worker's own.
  if (threads !== undefined) runtime.env.wasm.numThreads = threads;
  return runtime;
}

function importFrom(folder: string, name: string): Promise<OnnxRuntime> {
  return import(/* @vite-ignore */ /* webpackIgnore: true */ `${folder}ort.${name}.bundle.min.mjs`);
}

function importInstalled(name: 'wasm' | 'webgpu'): Promise<OnnxRuntime> {
  return name === 'wasm' ? import('onnxruntime-web/wasm') : import('onnxruntime-web/webgpu');
}
