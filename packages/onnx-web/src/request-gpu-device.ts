import { BackendError } from '@beltline/backend';

/**
 * Asks for a GPU with all of its limits, for one model or for several that are to share compiled shaders.
 *
 * @throws BackendError `UNSUPPORTED` if the browser has no WebGPU, or no GPU for it.
 *
 * @example
 * const gpuDevice = await requestGpuDevice();
 * const model = await createOnnxWebModel({ graph, device: 'webgpu', gpuDevice });
 */
export async function requestGpuDevice(): Promise<GPUDevice> {
  const adapter = await globalThis.navigator?.gpu?.requestAdapter({ powerPreference: 'high-performance' });
  if (!adapter) {
    throw new BackendError(
      'UNSUPPORTED',
      "this browser has no WebGPU, or no GPU that WebGPU can use: load the model with device: 'wasm'",
    );
  }
  // No subgroups: with them onnxruntime-web 1.30 computes attention of 32 and more rows in another way, which gives
  // nonsense, without an error, where a subgroup has 4 lanes (SwiftShader).
  const requiredFeatures = (['shader-f16'] as const).filter((feature) => adapter.features.has(feature));
  return adapter.requestDevice({ requiredFeatures, requiredLimits: limitsOf(adapter) });
}

function limitsOf({ limits }: GPUAdapter): Record<string, number> {
  const names = Object.keys(Object.getPrototypeOf(limits)) as (keyof GPUSupportedLimits)[];
  return Object.fromEntries(
    names.flatMap((name) => (typeof limits[name] === 'number' ? [[name, limits[name]]] : [])),
  );
}
