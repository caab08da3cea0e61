export type { WorkerFork } from './client/fork.ts';
export type {
  WorkerForkBranch,
  WorkerGenerateOptions,
  WorkerJoinOptions,
} from './client/options.ts';
export {
  createWorkerClient,
  type Job,
  type JobOpener,
  type WorkerClient,
  type WorkerClientOptions,
} from './client/worker-client.ts';
export { createWorkerDecoder, type WorkerDecoder } from './client/worker-decoder.ts';
export type { ErrorClasses, ErrorData } from './error-data.ts';
export type {
  ClientEndpoint,
  ClientMessage,
  Endpoint,
  JobStart,
  LoadedModel,
  PrefixProgress,
  Reading,
  StreamValue,
  WorkerEndpoint,
  WorkerMessage,
} from './messages.ts';
