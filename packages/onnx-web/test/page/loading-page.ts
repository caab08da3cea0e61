import { createOnnxWebModel, type OnnxWebModelOptions, startWasmRuntime } from '@beltline/onnx-web';

const step = { tokens: [1, 2], positions: [0, 1], strands: [0, 0], logitsRows: [1] };
const module = import.meta.resolve('onnxruntime-web/ort-wasm-simd-threaded.mjs');
const graph = '/graphs/llama/model.onnx';
const externalData = { 'model.onnx.data': '/graphs/llama/model.onnx.data' };

/** What an attempt to load and run led to: the greatest logit's token, or the error. */
export type Outcome =
  | { readonly token: number; readonly device: string }
  | { readonly name: string; readonly code: string; readonly message: string; readonly hasCause: boolean };

/** Loads in one of several ways that should work, or should not. */
export function attempt(way: keyof typeof ways): Promise<Outcome> {
  return outcomeOf(ways[way]);
}

const ways = {
  urls: () => load({ graph, externalData }),
  bytes: async () =>
    load({
      graph: await bytesOf(graph),
      externalData: { 'model.onnx.data': await bytesOf(`${graph}.data`) },
    }),
  resident: async () => load({ graph, externalData, onnxruntime: await startWasmRuntime({ module }) }),
  'missing file': () => load({ graph: '/nothing.onnx' }),
  'missing external data': () => load({ graph }),
  'missing external data, resident': async () =>
    load({ graph, onnxruntime: await startWasmRuntime({ module }) }),
  'truncated external data, resident': async () => {
    const data = (await bytesOf(`${graph}.data`)).slice(0, 1000);
    const onnxruntime = await startWasmRuntime({ module });
    return load({ graph, externalData: { 'model.onnx.data': data }, onnxruntime });
  },
  'truncated graph': async () => load({ graph: (await bytesOf(graph)).slice(0, 2000), externalData }),
  'no graph': () => load({ graph: new TextEncoder().encode('version https://git-lfs.github.com/spec/v1') }),
  // ir_version 8 and a graph named "g".
  'another graph': () => load({ graph: Uint8Array.of(0x08, 8, 0x3a, 3, 0x12, 1, 0x67) }),
  'no WebGPU': () => load({ graph, externalData, device: 'webgpu' }),
  'CPU runtime for WebGPU': async () =>
    load({ graph, externalData, device: 'webgpu', onnxruntime: await startWasmRuntime({ module }) }),
  'no threads': async () => load({ graph, onnxruntime: await startWasmRuntime({ module, threads: 0 }) }),
  'missing runtime': async () =>
    load({ graph, onnxruntime: await startWasmRuntime({ module: '/nothing.mjs' }) }),
  'another runtime': async () => {
    const source = 'export default async () => ({ HEAPU8: new Uint8Array(8), _OrtRun() {} })';
    return load({
      graph,
      onnxruntime: await startWasmRuntime({
        module: URL.createObjectURL(new Blob([source], { type: 'text/javascript' })),
        wasm: '/x.wasm',
      }),
    });
  },
};

async function load(options: OnnxWebModelOptions): Promise<Outcome> {
  const model = await createOnnxWebModel(options);
  const [logits] = await model.forward(model.createCache(), step);
  await model.dispose();
  return { token: logits!.indexOf(Math.max(...logits!)), device: model.capabilities.device };
}

async function outcomeOf(run: () => Promise<Outcome>): Promise<Outcome> {
  try {
    return await run();
  } catch (error) {
    const { name, code, message, cause } = error as Error & { code: string };
    return { name, code, message, hasCause: cause !== undefined };
  }
}

async function bytesOf(url: string): Promise<Uint8Array> {
  return new Uint8Array(await (await fetch(url)).arrayBuffer());
}
