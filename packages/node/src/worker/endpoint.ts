import type { MessagePort, Worker } from 'node:worker_threads';
import type { Endpoint } from '@beltline/worker';
import type { LoadOptions } from '../load-decoder.ts';

/** What the worker is to load. */
export interface LoadRequest {
  readonly source: string | undefined;
  readonly options: Omit<LoadOptions, 'signal' | 'onProgress'>;
}

/** One end of the line between the threads, as the messages of both want it. */
export function endpointOf<Incoming, Outgoing>(port: MessagePort | Worker): Endpoint<Incoming, Outgoing> {
  return {
    postMessage: (message) => port.postMessage(message),
    addEventListener: (type, listener) => void port.on(type, (data: Incoming) => listener({ data })),
  };
}
