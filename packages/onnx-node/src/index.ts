export { createOnnxNodeModel, type OnnxNodeModelOptions } from './create-onnx-node-model.ts';
export type { OnnxRuntime } from './onnx-runtime.ts';
