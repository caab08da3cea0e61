export type { WorkerEndpoint } from '../messages.ts';
export {
  type DecoderParts,
  type LoadReport,
  type ServeOptions,
  serveDecoder,
} from './serve-decoder.ts';
