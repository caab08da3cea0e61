import { BackendError, createLanguageModel, type LanguageModel } from '@beltline/backend';
import type { BeltGraphInfo, UnfuseAttentionOptions } from '@beltline/graph';
import { createOnnxEngine, type GraphSession, readGraphInfo, unfuseGraph } from '@beltline/onnx-engine';
import { type GraphFile, type GraphFiles, loadGraphFiles, reasonOf } from './load-graph.ts';
import { importOnnxRuntime, type OnnxRuntime } from './onnx-runtime.ts';
import { createPublicSession } from './public-session.ts';
import { requestGpuDevice } from './request-gpu-device.ts';
import type { WasmRuntime } from './wasm-runtime.ts';
import { createWebgpuEngine } from './webgpu-engine.ts';

export interface OnnxWebModelOptions {
  /** A belt-ready `.onnx` file: its bytes or its URL. */
  readonly graph: GraphFile;
  /** External data, bytes or URLs, by the location that the graph names. */
  readonly externalData?: Readonly<Record<string, GraphFile>>;
  /** What computes; default `wasm`. */
  readonly device?: 'wasm' | 'webgpu';
  /**
   * The module `onnxruntime-web/wasm` or `onnxruntime-web/webgpu`, default the installed one for the device; for
   * `wasm` better what `startWasmRuntime` gives.
   */
  readonly onnxruntime?: OnnxRuntime | WasmRuntime;
  /** For `webgpu`: a GPU of `requestGpuDevice`, which outlives the model; default: one of its own. */
  readonly gpuDevice?: GPUDevice;
}

/**
 * Loads a belt-ready graph (see `@beltline/graph`) into onnxruntime-web.
 *
 * @throws TypeError if `onnxruntime` is one for the CPU and `device` is `webgpu`.
 * @throws BackendError `LOAD_FAILED` for files that are missing, truncated or corrupt, `UNSUPPORTED` for an ONNX
 * file that is not belt-ready, for a browser without the device and for w8a8 on WebGPU; `cause` holds what was found.
 *
 * @example
 * const model = await createOnnxWebModel({ graph: '/belt/model.onnx', externalData: { 'model.onnx.data': bytes } });
 */
export async function createOnnxWebModel(options: OnnxWebModelOptions): Promise<LanguageModel> {
  const { device = 'wasm', onnxruntime } = options;
  if (device === 'webgpu' && onnxruntime && isWasmRuntime(onnxruntime)) {
    throw new TypeError('startWasmRuntime computes on the CPU: pass the module onnxruntime-web/webgpu');
  }
  const files = await loadGraphFiles(options.graph, options.externalData ?? {});
  const name = nameOf(files);
  const info = readGraphInfo(files.graph, name);
  requireSupport(device, info.precision);
  try {
    return await (device === 'wasm' ? loadOnWasm : loadOnWebgpu)(files, info, options);
  } catch (cause) {
    if (cause instanceof BackendError) throw cause;
    throw new BackendError(
      'LOAD_FAILED',
      `onnxruntime-web could not load ${name}: ${reasonOf(cause)}. Are the graph and its external data complete?`,
      { cause },
    );
  }
}

function nameOf({ graph }: GraphFiles): string {
  return `the graph of ${graph.byteLength} bytes`;
}

async function loadOnWasm(
  files: GraphFiles,
  info: BeltGraphInfo,
  { onnxruntime }: OnnxWebModelOptions,
): Promise<LanguageModel> {
  const runtime = onnxruntime ?? (await importOnnxRuntime('wasm'));
  const unfused = (cache: UnfuseAttentionOptions['cache']) => ({
    ...files,
    graph: unfuseGraph(files.graph, nameOf(files), { cache }),
  });
  const createModel = <Feed>(session: GraphSession<Feed>) =>
    createLanguageModel(createOnnxEngine(session, info, { device: 'wasm' }));
  return isWasmRuntime(runtime)
    ? createModel(await runtime.createSession(unfused('in-place')))
    : createModel(await createPublicSession(runtime, unfused('joined')));
}

/** @throws BackendError `UNSUPPORTED` where the device has no operator for the precision. */
export function requireSupport(device: 'wasm' | 'webgpu', precision: string | undefined): void {
  if (device !== 'webgpu' || precision !== 'w8a8') return;
  throw new BackendError(
    'UNSUPPORTED',
    'WebGPU cannot compute w8a8: choose another precision, or the device wasm',
  );
}

async function loadOnWebgpu(
  files: GraphFiles,
  info: BeltGraphInfo,
  { onnxruntime, gpuDevice }: OnnxWebModelOptions,
): Promise<LanguageModel> {
  const device = gpuDevice ?? (await requestGpuDevice());
  try {
    const runtime = (onnxruntime as OnnxRuntime | undefined) ?? (await importOnnxRuntime('webgpu'));
    const engine = await createWebgpuEngine(runtime, device, files, info);
    if (gpuDevice) return createLanguageModel(engine);
    const dispose = async () => {
      await engine.dispose();
      device.destroy();
    };
    return createLanguageModel({ ...engine, dispose });
  } catch (cause) {
    if (!gpuDevice) device.destroy();
    throw cause;
  }
}

function isWasmRuntime(runtime: OnnxRuntime | WasmRuntime): runtime is WasmRuntime {
  return 'createSession' in runtime;
}
