import type { LanguageModel } from '@beltline/backend';
import { onTestFinished } from 'vitest';
import { createFork } from '../src/fork.ts';
import { createGeneration } from '../src/generation.ts';
import type { WebDecoder } from '../src/load-decoder.ts';
import type { Endpoint, LoadRequest, PageMessage, WorkerMessage } from '../src/messages.ts';
import { type DecoderParts, serveDecoder } from '../src/worker/serve-decoder.ts';
import { createWorkerClient } from '../src/worker-client.ts';

export const request: LoadRequest = {
  source: { kind: 'folder', url: 'https://models.example/tiny/' },
  precision: undefined,
  device: 'wasm',
  threads: undefined,
  runtime: undefined,
  cache: true,
};

/** Page and worker in one thread, with a real channel between them. */
export function connect(load: () => Promise<DecoderParts>) {
  const { port1, port2 } = new MessageChannel();
  onTestFinished(() => port1.close());
  const sent: WorkerMessage[] = [];
  const worker = port2 as unknown as Endpoint<PageMessage, WorkerMessage>;
  serveDecoder(
    {
      addEventListener: (type, listener) => worker.addEventListener(type, listener),
      postMessage(message) {
        sent.push(message);
        worker.postMessage(message);
      },
    },
    load,
  );
  const client = createWorkerClient(port1 as unknown as Endpoint<WorkerMessage, PageMessage>);
  port1.start();
  port2.start();
  const generate: WebDecoder['generate'] = (...given) => createGeneration(client, ...given);
  const fork: WebDecoder['fork'] = (...given) => createFork(client, ...given);
  return { client, sent, generate, fork };
}

export async function connectLoaded(parts: DecoderParts) {
  const connection = connect(async () => parts);
  await connection.client.load(request);
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
