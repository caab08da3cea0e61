export { createOnnxWebModel, type OnnxWebModelOptions, requireSupport } from './create-onnx-web-model.ts';
export type { GraphFile } from './load-graph.ts';
export type { OnnxRuntime } from './onnx-runtime.ts';
export { requestGpuDevice } from './request-gpu-device.ts';
export { startWasmRuntime, type WasmRuntime, type WasmRuntimeOptions } from './wasm-runtime.ts';
