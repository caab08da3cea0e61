import { defineConformanceTests, type GoldenModel } from '@beltline/backend/conformance';
import { createOnnxWebModel, requestGpuDevice, startWasmRuntime } from '@beltline/onnx-web';
import { parseGoldenModel } from '../../../backend/test/parse-golden-model.ts';

const goldenFiles = ['config.json', 'golden.json', 'model.safetensors', 'belt_logits.f32'];

/** What the models of a page run on; `wasm` is the documented interface of onnxruntime-web, `resident` is not. */
export type Target = 'wasm' | 'resident' | 'webgpu';

/** Registers the suite; its tests wait for `runTest`. */
export async function defineTests(target: Target, names: readonly string[]): Promise<string[]> {
  const golden = await Promise.all(names.map(fetchGoldenModel));
  const settings = await settingsOf(target);
  const create = ({ name }: GoldenModel) =>
    createOnnxWebModel({
      graph: `/graphs/${name}/model.onnx`,
      externalData: { 'model.onnx.data': `/graphs/${name}/model.onnx.data` },
      ...settings,
    });
  // As long as one model lives, onnxruntime keeps the compiled shaders: SwiftShader takes seconds to compile them.
  await create(golden[0]!);
  defineConformanceTests({ test: (name, run) => tests.set(name, run), create, golden });
  return [...tests.keys()];
}

async function settingsOf(target: Target) {
  const threads = 2;
  if (target === 'wasm') {
    const onnxruntime = await import('onnxruntime-web/wasm');
    if (crossOriginIsolated) onnxruntime.env.wasm.numThreads = threads;
    return { device: 'wasm', onnxruntime } as const;
  }
  if (target === 'webgpu') return { device: 'webgpu', gpuDevice: await requestGpuDevice() } as const;
  const module = import.meta.resolve('onnxruntime-web/ort-wasm-simd-threaded.mjs');
  return { device: 'wasm', onnxruntime: await startWasmRuntime({ module, threads }) } as const;
}

const tests = new Map<string, () => Promise<void>>();

/** Runs one test; rejects if it fails. */
export async function runTest(name: string): Promise<void> {
  const run = tests.get(name);
  if (!run) throw new Error(`there is no test "${name}"`);
  await run();
}

async function fetchGoldenModel(name: string): Promise<GoldenModel> {
  const files = new Map<string, Uint8Array>();
  for (const file of goldenFiles) files.set(file, await fetchBytes(`/golden/${name}/${file}`));
  return parseGoldenModel(name, (file) => files.get(file)!);
}

async function fetchBytes(url: string): Promise<Uint8Array> {
  const response = await fetch(url);
  if (!response.ok) throw new Error(`${url}: ${response.status}`);
  return new Uint8Array(await response.arrayBuffer());
}
