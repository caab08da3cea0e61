import type { LanguageModel } from '@beltline/backend';
import { createDecoder, type Decoder, type DecoderOptions } from '@beltline/decoder';
import { toErrorData } from '../error-data.ts';
import type { ClientMessage, WorkerEndpoint } from '../messages.ts';
import { type Job, startJob } from './job.ts';
import { type Stream, startStream } from './stream.ts';

/** What a loaded decoder is made of. */
export interface DecoderParts extends DecoderOptions {
  /** Threads of one forward pass; missing where the runtime alone knows. */
  readonly threads?: number;
}

/** What a loader says while it works, and hears. */
export interface LoadReport<Progress> {
  /** Aborts when the client gives up; what was opened by then is to be closed. */
  readonly signal: AbortSignal;
  progress(progress: Progress): void;
  /** Something went wrong that does not stop the loading. */
  warning(error: Error): void;
}

export interface ServeOptions<Request, Progress> {
  /** Called once, with what the client asks for. */
  readonly load: (request: Request, report: LoadReport<Progress>) => Promise<DecoderParts>;
  /** Resolves in a later turn of the event loop, after messages that wait have arrived. */
  readonly nextTurn: () => Promise<void>;
  /** Ends the worker; called when the client has asked for it and all is freed. */
  readonly close?: () => void;
}

type ReadMessage = Extract<ClientMessage<unknown>, { type: 'read' }>;

/**
 * Loads and decodes for the client at the other end, one model for the life of the worker.
 *
 * What comes of a job between two forward passes is sent in one message for each of its readers.
 */
export function serveDecoder<Request, Progress>(
  client: WorkerEndpoint<Request, Progress>,
  { load, nextTurn, close }: ServeOptions<Request, Progress>,
): void {
  const jobs = new Map<number, Job>();
  const streams = new Map<number, Stream>();
  const stopping = new AbortController();
  let decoder: Decoder | undefined;
  let loading: Promise<void> | undefined;

  async function loadModel(request: Request): Promise<void> {
    try {
      const { threads, ...parts } = await load(request, {
        signal: stopping.signal,
        progress: (progress) => client.postMessage({ type: 'progress', progress }),
        warning: (error) => client.postMessage({ type: 'warning', error: toErrorData(error) }),
      });
      decoder = createDecoder({ ...parts, model: withTurns(parts.model, nextTurn, flush) });
      const { shape, capabilities } = parts.model;
      const model = { shape, capabilities, ...(threads !== undefined && { threads }) };
      client.postMessage({ type: 'loaded', model });
    } catch (error) {
      client.postMessage({ type: 'error', stream: undefined, error: toErrorData(error) });
    }
  }

  async function dispose(): Promise<void> {
    stopping.abort();
    await loading;
    await decoder?.dispose();
    close?.();
  }

  function flush(): void {
    for (const stream of streams.values()) stream.flush();
  }

  async function read({ job, stream, reading }: ReadMessage): Promise<void> {
    const started = startStream({
      open: () => jobs.get(job)!.read(reading),
      // A branch's next text may be many passes away.
      ahead: reading.of !== 'text',
      send: (values, done) => client.postMessage({ type: 'values', stream, values, done }),
    });
    streams.set(stream, started);
    try {
      await started.ended;
    } catch (error) {
      client.postMessage({ type: 'error', stream, error: toErrorData(error) });
    } finally {
      streams.delete(stream);
    }
  }

  client.addEventListener('message', ({ data: message }) => {
    switch (message.type) {
      case 'load':
        loading = loadModel(message.request);
        return;
      case 'open':
        return void jobs.set(message.job, startJob(decoder!, message.start));
      case 'cancel-branch':
        return jobs.get(message.job)?.cancelBranch(message.branch);
      case 'keep':
        return jobs.get(message.job)?.keep(message.branches);
      case 'close':
        jobs.get(message.job)?.close();
        return void jobs.delete(message.job);
      case 'read':
        return void read(message);
      case 'pull':
        return streams.get(message.stream)?.pull();
      case 'leave':
        return streams.get(message.stream)?.stop();
      case 'dispose':
        return void dispose();
      default:
        message satisfies never;
    }
  });
}

/** Passes may block the thread; without turns of its event loop no message would arrive. */
function withTurns(
  model: LanguageModel,
  nextTurn: () => Promise<void>,
  beforePass: () => void,
): LanguageModel {
  return {
    ...model,
    async forward(cache, step) {
      // By then all readers have what the last pass brought.
      await nextTurn();
      beforePass();
      try {
        return await model.forward(cache, step);
      } finally {
        // What was to stop meanwhile stops before the next pass.
        await nextTurn();
      }
    },
  };
}
