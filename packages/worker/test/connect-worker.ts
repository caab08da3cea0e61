import type { LanguageModel } from '@beltline/backend';
import { onTestFinished } from 'vitest';
import { createWorkerClient } from '../src/client/worker-client.ts';
import { createWorkerDecoder } from '../src/client/worker-decoder.ts';
import type { ClientEndpoint, LoadedModel, WorkerEndpoint, WorkerMessage } from '../src/messages.ts';
import { type DecoderParts, type ServeOptions, serveDecoder } from '../src/server/serve-decoder.ts';

/** What a loader of the tests is told, and tells. */
export interface Request {
  readonly name: string;
}
export type Progress = number;

/** As a preset would have one. */
export class PresetError extends Error {
  override readonly name = 'PresetError';
  readonly code: string;
  readonly url: string | undefined;
  constructor(code: string, message: string, { url, ...options }: ErrorOptions & { url?: string } = {}) {
    super(message, options);
    this.code = code;
    this.url = url;
  }
}

/** Client and worker in one thread, with a real channel between them. */
export function connect(load: ServeOptions<Request, Progress>['load'], close?: () => void) {
  const { port1, port2 } = new MessageChannel();
  onTestFinished(() => port1.close());
  const sent: WorkerMessage<Progress>[] = [];
  const told: unknown[] = [];
  const worker = port2 as unknown as WorkerEndpoint<Request, Progress>;
  serveDecoder<Request, Progress>(
    {
      addEventListener: (type, listener) => worker.addEventListener(type, listener),
      postMessage(message) {
        sent.push(message);
        worker.postMessage(message);
      },
    },
    { load, nextTurn: () => new Promise(setImmediate), ...(close && { close }) },
  );
  const client = createWorkerClient(port1 as unknown as ClientEndpoint<Request, Progress>, {
    errorClasses: { PresetError },
    stoppedEarly: (message) => new PresetError('STOPPED_EARLY', message),
    onProgress: (progress) => told.push(progress),
    onWarning: (warning) => told.push(warning),
  });
  port1.start();
  port2.start();
  const { generate, fork, prefill } = createWorkerDecoder(client, {
    model: undefined as unknown as LoadedModel,
    dispose: async () => {},
  });
  return { client, sent, told, generate, fork, prefill };
}

export async function connectLoaded(parts: DecoderParts) {
  const connection = connect(async () => parts);
  await connection.client.load({ name: 'tiny' });
  return connection;
}

/** A model that tells of its forward passes and of the caches that have not been freed. */
export function watchModel(model: LanguageModel) {
  let passes = 0;
  let running = 0;
  let caches = 0;
  const watched: LanguageModel = {
    ...model,
    createCache(options) {
      const cache = model.createCache(options);
      const { dispose } = cache;
      let open = true;
      caches++;
      return Object.assign(cache, {
        dispose() {
          if (open) caches--;
          open = false;
          dispose();
        },
      });
    },
    async forward(cache, step) {
      passes++;
      running++;
      try {
        return await model.forward(cache, step);
      } finally {
        running--;
      }
    },
  };
  /** Waits until no pass runs and none has begun for a while, however busy the machine is. */
  async function idle(): Promise<void> {
    let known = passes;
    for (let still = 0; still < 4; still++) {
      await delay(20);
      if (running > 0 || passes !== known) still = -1;
      known = passes;
    }
  }
  return { model: watched, passes: () => passes, caches: () => caches, idle };
}

/** Events without times. */
export async function readEvents<Event>(events: AsyncIterable<Event>): Promise<Event[]> {
  const list: Event[] = [];
  for await (const event of events) list.push(event);
  return JSON.parse(
    JSON.stringify(list, (key, value) =>
      key === 'milliseconds' || key === 'tokensPerSecond' ? undefined : value,
    ),
  );
}

export const delay = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));
