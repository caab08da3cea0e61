import { BackendError } from '@beltline/backend';
import type { FeedTensor, GraphSession } from '@beltline/onnx-engine';
import { type GraphFiles, reasonOf } from './load-graph.ts';
import { check, requireKnownModule, type WasmFactory, type WasmModule } from './wasm-module.ts';
import { createWasmSession } from './wasm-session.ts';

export interface WasmRuntimeOptions {
  /** URL of `onnxruntime-web/ort-wasm-simd-threaded.mjs`, a file of its own: workers load it too. */
  readonly module: string | URL;
  /** URL of `onnxruntime-web/ort-wasm-simd-threaded.wasm`; default: beside the module. */
  readonly wasm?: string | URL;
  /** Threads of a forward pass, at least 1; default: 2, or half the cores up to 4. Always 1 without cross-origin isolation. */
  readonly threads?: number;
}

/** An instance of onnxruntime's WebAssembly for any number of models; it lives as long as its page or worker. */
export interface WasmRuntime {
  readonly threads: number;
  /** Loads a graph. */
  createSession(files: GraphFiles): Promise<GraphSession<FeedTensor>>;
}

/**
 * Starts onnxruntime's WebAssembly without onnxruntime-web's own interface, which copies the cache at each pass: here
 * the cache lies where the runtime reads it.
 *
 * @throws RangeError if `threads` is not a positive integer.
 * @throws BackendError `LOAD_FAILED` if the files cannot be loaded, `UNSUPPORTED` if they are of another version of
 * onnxruntime-web than 1.30 and differ from it: use the module `onnxruntime-web/wasm` then.
 *
 * @example
 * const onnxruntime = await startWasmRuntime({ module: import.meta.resolve('onnxruntime-web/ort-wasm-simd-threaded.mjs') });
 * const model = await createOnnxWebModel({ graph, onnxruntime });
 */
export async function startWasmRuntime(options: WasmRuntimeOptions): Promise<WasmRuntime> {
  const threads = chooseThreads(options.threads);
  const module = await startModule(options, threads);
  requireKnownModule(module);
  check(module, module._OrtInit(threads, warningsAndErrors), 'onnxruntime could not start');
  return { threads, createSession: (files) => createWasmSession(module, files) };
}

const warningsAndErrors = 2;

async function startModule(
  { module: url, wasm }: WasmRuntimeOptions,
  numThreads: number,
): Promise<WasmModule> {
  const base = new URL(url, globalThis.location?.href);
  const binary = new URL(wasm ?? 'ort-wasm-simd-threaded.wasm', wasm ? globalThis.location?.href : base);
  try {
    const { default: factory }: { default: WasmFactory } = await import(/* @vite-ignore */ base.href);
    return await factory({ numThreads, locateFile: () => binary.href });
  } catch (cause) {
    throw new BackendError(
      'LOAD_FAILED',
      `onnxruntime's WebAssembly could not be loaded from ${base.href} and ${binary.href}: ${reasonOf(cause)}`,
      { cause },
    );
  }
}

function chooseThreads(asked: number | undefined): number {
  if (asked !== undefined && !(Number.isInteger(asked) && asked > 0)) {
    throw new RangeError(`threads must be a positive integer, got ${asked}`);
  }
  if (!globalThis.crossOriginIsolated) return 1;
  const cores = navigator.hardwareConcurrency || 1;
  return asked ?? (cores <= 2 ? cores : Math.min(4, Math.ceil(cores / 2)));
}
