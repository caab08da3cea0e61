import { BackendError } from '@beltline/backend';

/** Features that onnxruntime-web makes use of where they are. */
const usefulFeatures: readonly GPUFeatureName[] = ['shader-f16', 'subgroups'];

/**
 * Subgroups smaller than this are kept from onnxruntime-web: its attention of 32 and more rows takes 8 for
 * granted and computes nonsense with 4 (SwiftShader, some mobile GPUs).
 */
const leastSubgroupSize = 8;

/**
 * Asks for a GPU with all that it can do, for one model or for several that are to share compiled shaders.
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
  const { subgroupMinSize = 0 } = adapter.info;
  const requiredFeatures = usefulFeatures.filter(
    (feature) =>
      adapter.features.has(feature) && (feature !== 'subgroups' || subgroupMinSize >= leastSubgroupSize),
  );
  return adapter.requestDevice({ requiredFeatures, requiredLimits: limitsOf(adapter) });
}

function limitsOf({ limits }: GPUAdapter): Record<string, number> {
  const names = Object.keys(Object.getPrototypeOf(limits)) as (keyof GPUSupportedLimits)[];
  return Object.fromEntries(
    names.flatMap((name) => (typeof limits[name] === 'number' ? [[name, limits[name]]] : [])),
  );
}
