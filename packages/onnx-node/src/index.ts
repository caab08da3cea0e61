export { createOnnxNodeModel, type OnnxNodeModelOptions } from './create-onnx-node-model.ts';
export { importOnnxRuntime, type OnnxRuntime } from './onnx-runtime.ts';
