/** Precision of weights: that of the graph built from a checkpoint, and which of several graphs is taken. */
export type ModelPrecision = 'fp32' | 'int8' | 'int4' | 'w8a8';
