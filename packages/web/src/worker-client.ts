import { fromErrorData } from './error-data.ts';
import { createMailbox, type Mailbox } from './mailbox.ts';
import type {
  Endpoint,
  JobStart,
  LoadedModel,
  LoadProgress,
  LoadRequest,
  PageMessage,
  Reading,
  StreamValue,
  WorkerMessage,
} from './messages.ts';

/** The page's view of a worker that decodes. */
export interface WorkerClient {
  load(request: LoadRequest): Promise<LoadedModel>;
  /** Begins something in the worker; close it in the end. */
  open(start: JobStart): Job;
  /** Fails all that is under way and all that comes later. */
  fail(error: Error): void;
}

/** Something that the worker does for the page. Once closed, nothing has an effect on it. */
export interface Job {
  /**
   * Opens a stream when it is first read; the worker is at most one forward pass ahead of the reader.
   *
   * `Value` is what the reading gives. An abort ends the reading with the signal's reason, the job goes on.
   */
  read<Value extends StreamValue>(reading: Reading, signal?: AbortSignal): AsyncGenerator<Value, void>;
  cancelBranch(branch: number): void;
  keep(branches: readonly number[]): void;
  close(): void;
}

export interface WorkerClientOptions {
  readonly onProgress?: ((progress: LoadProgress) => void) | undefined;
  readonly onWarning?: ((warning: Error) => void) | undefined;
}

type ValuesMessage = Extract<WorkerMessage, { type: 'values' }>;

/** Speaks with a worker in which `serveDecoder` runs. */
export function createWorkerClient(
  worker: Endpoint<WorkerMessage, PageMessage>,
  { onProgress, onWarning }: WorkerClientOptions = {},
): WorkerClient {
  const loading = createMailbox<LoadedModel>();
  const streams = new Map<number, Mailbox<ValuesMessage>>();
  let streamsSoFar = 0;
  let jobsSoFar = 0;
  let failure: Error | undefined;

  worker.addEventListener('message', ({ data: message }) => {
    switch (message.type) {
      case 'progress':
        return onProgress?.(message.progress);
      case 'warning':
        return onWarning?.(fromErrorData(message.error));
      case 'loaded':
        return loading.put(message.model);
      case 'values':
        return streams.get(message.stream)?.put(message);
      case 'error': {
        const { stream, error } = message;
        const mailbox = stream === undefined ? loading : streams.get(stream);
        return mailbox?.fail(fromErrorData(error));
      }
      default:
        message satisfies never;
    }
  });

  async function* read(
    job: number,
    reading: Reading,
    signal: AbortSignal | undefined,
  ): AsyncGenerator<StreamValue, void> {
    signal?.throwIfAborted();
    if (failure) throw failure;
    const stream = streamsSoFar++;
    const mailbox = createMailbox<ValuesMessage>();
    const abort = () => mailbox.fail(signal!.reason);
    streams.set(stream, mailbox);
    signal?.addEventListener('abort', abort);
    try {
      worker.postMessage({ type: 'read', job, stream, reading });
      while (true) {
        const { values, done } = await mailbox.take();
        for (const value of values) {
          signal?.throwIfAborted();
          if (failure) throw failure;
          yield value;
        }
        if (done) return;
        worker.postMessage({ type: 'pull', stream });
      }
    } finally {
      signal?.removeEventListener('abort', abort);
      streams.delete(stream);
      // Harmless where the worker has finished.
      if (!failure) worker.postMessage({ type: 'leave', stream });
    }
  }

  return {
    load(request) {
      worker.postMessage({ type: 'load', request });
      return loading.take();
    },
    open(start) {
      const job = jobsSoFar++;
      worker.postMessage({ type: 'open', job, start });
      return {
        read: <Value extends StreamValue>(reading: Reading, signal?: AbortSignal) =>
          read(job, reading, signal) as AsyncGenerator<Value, void>,
        cancelBranch: (branch) => worker.postMessage({ type: 'cancel-branch', job, branch }),
        keep: (branches) => worker.postMessage({ type: 'keep', job, branches }),
        close: () => worker.postMessage({ type: 'close', job }),
      };
    },
    fail(error) {
      failure ??= error;
      loading.fail(failure);
      for (const mailbox of streams.values()) mailbox.fail(failure);
    },
  };
}
