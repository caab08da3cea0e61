export type { FeedTensor, GraphOutputs, GraphSession } from './graph-session.ts';
export { type KeyValueShape, slotsFor } from './key-value-store.ts';
export { createOnnxEngine } from './onnx-engine.ts';
export { modelShapeOf, readGraphInfo, unfuseGraph } from './read-graph-info.ts';
export { createStepFeeds } from './step-feeds.ts';
