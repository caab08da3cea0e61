export { type GgufCheckpoint, type GgufCheckpointOptions, readGgufCheckpoint } from './checkpoint.ts';
export type { ElementType } from './element-types.ts';
export { GgufError, type GgufErrorCode, type GgufErrorOptions } from './gguf-error.ts';
export type { GgufHeader, GgufTensor } from './header.ts';
export type { MetadataArray, MetadataValue, NumericArray } from './metadata-value.ts';
export { type GgufFile, openGguf } from './open-gguf.ts';
export { type GgufTokenizer, readGgufTokenizer } from './tokenizer/read-tokenizer.ts';
