export { type BeltGraphInfo, type GraphPrecision, readBeltGraph } from './belt-graph-info.ts';
export {
  type BeltGraph,
  type BuildBeltGraphOptions,
  type BuildProgress,
  buildBeltGraph,
  defaultContextLimit,
} from './build-belt-graph.ts';
export {
  beltContractVersion,
  beltInputs,
  beltMetadata,
  beltOutputs,
  keysInput,
  newKeysOutput,
  newValuesOutput,
  pastKeysInput,
  pastValuesInput,
  suffixInputs,
  valuesInput,
} from './contract.ts';
export { toFloat32 } from './float-conversion.ts';
export { GraphError, type GraphErrorCode, type GraphErrorOptions } from './graph-error.ts';
export type { Precision } from './graph-parts.ts';
export { joinBytes } from './join-bytes.ts';
export { type Architecture, type ModelConfig, parseModelConfig } from './model-config.ts';
export { type OverflowProbe, overflowProbe } from './overflow-probe.ts';
export { readGraphOutline } from './patch/graph-outline.ts';
export { type GraphInput, type GraphReport, inspectGraph } from './patch/inspect-graph.ts';
export { type PatchGraphOptions, patchGraph } from './patch/patch-graph.ts';
export {
  type BlockFormat,
  blockSize,
  type QuantizedBits,
  type QuantizedRows,
  quantizeRows,
} from './quantize.ts';
export { randomCheckpoint } from './random-checkpoint.ts';
export { type Llama3Scaling, type RopeConfig, ropeInverseFrequencies } from './rope.ts';
export { roundedTensors } from './rounded-tensors.ts';
export { type ByteSource, openSafetensors } from './safetensors.ts';
export {
  joinTensorSources,
  type TensorDescription,
  type TensorElement,
  type TensorSource,
} from './tensor-source.ts';
export { type UnfuseAttentionOptions, unfuseAttention } from './unfuse-attention.ts';
export {
  type ExternalWeightsOptions,
  externalWeights,
  inlineWeights,
  type StoredBytes,
  type WeightSink,
} from './weight-sink.ts';
