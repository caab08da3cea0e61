import type { LanguageModel } from '@beltline/backend';
import { createDecoder, type Decoder, type DecoderOptions } from '@beltline/decoder';
import { toErrorData } from '../error-data.ts';
import type { Endpoint, LoadProgress, LoadRequest, PageMessage, WorkerMessage } from '../messages.ts';
import { type Job, startJob } from './job.ts';
import { nextTurn } from './next-turn.ts';
import { type Stream, startStream } from './stream.ts';

/** What a loaded decoder is made of. */
export interface DecoderParts extends DecoderOptions {
  /** Threads of one forward pass. */
  readonly threads: number;
}

/** What a loader says while it works. */
export interface LoadReport {
  progress(progress: LoadProgress): void;
  /** Something went wrong that does not stop the loading. */
  warning(error: Error): void;
}

/**
 * Loads and decodes for the page at the other end, one model for the life of the worker.
 *
 * What comes of a job between two forward passes is sent in one message for each of its readers.
 */
export function serveDecoder(
  page: Endpoint<PageMessage, WorkerMessage>,
  load: (request: LoadRequest, report: LoadReport) => Promise<DecoderParts>,
): void {
  const jobs = new Map<number, Job>();
  const streams = new Map<number, Stream>();
  let decoder: Decoder | undefined;

  async function loadModel(request: LoadRequest): Promise<void> {
    try {
      const { threads, ...parts } = await load(request, {
        progress: (progress) => page.postMessage({ type: 'progress', progress }),
        warning: (error) => page.postMessage({ type: 'warning', error: toErrorData(error) }),
      });
      const { prefixCache } = request;
      decoder = createDecoder({
        ...parts,
        model: withTurns(parts.model, flush),
        ...(prefixCache && { prefixCache }),
      });
      const { shape, capabilities } = parts.model;
      page.postMessage({ type: 'loaded', model: { shape, capabilities, threads } });
    } catch (error) {
      page.postMessage({ type: 'error', stream: undefined, error: toErrorData(error) });
    }
  }

  function flush(): void {
    for (const stream of streams.values()) stream.flush();
  }

  async function read({ job, stream, reading }: Extract<PageMessage, { type: 'read' }>): Promise<void> {
    const started = startStream({
      open: () => jobs.get(job)!.read(reading),
      // A branch's next text may be many passes away.
      ahead: reading.of !== 'text',
      send: (values, done) => page.postMessage({ type: 'values', stream, values, done }),
    });
    streams.set(stream, started);
    try {
      await started.ended;
    } catch (error) {
      page.postMessage({ type: 'error', stream, error: toErrorData(error) });
    } finally {
      streams.delete(stream);
    }
  }

  page.addEventListener('message', ({ data: message }) => {
    switch (message.type) {
      case 'load':
        return void loadModel(message.request);
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
      default:
        message satisfies never;
    }
  });
}

/** Passes may block the thread; without turns of its event loop no message would arrive. */
function withTurns(model: LanguageModel, beforePass: () => void): LanguageModel {
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
