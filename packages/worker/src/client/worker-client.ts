import { type ErrorClasses, fromErrorData } from '../error-data.ts';
import { createMailbox, type Mailbox } from '../mailbox.ts';
import type {
  ClientEndpoint,
  JobStart,
  LoadedModel,
  Reading,
  StreamValue,
  WorkerMessage,
} from '../messages.ts';

/** Where the handles of what is decoded get it from. */
export interface JobOpener {
  /** Begins something in the worker; close it in the end. */
  open(start: JobStart): Job;
  /** What a result fails with that can never come; `message` says why. */
  stoppedEarly(message: string): Error;
}

/** The view of a worker that decodes, from outside. */
export interface WorkerClient<Request> extends JobOpener {
  load(request: Request): Promise<LoadedModel>;
  /** Lets the worker stop everything, free the model and close; what is read meanwhile is not failed by this. */
  dispose(): void;
  /** Fails all that is under way and all that comes later. */
  fail(error: unknown): void;
}

/** Something that the worker does. Once closed, nothing has an effect on it. */
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

export interface WorkerClientOptions<Progress> {
  /** Makes the error with the code `STOPPED_EARLY`. */
  readonly stoppedEarly: (message: string) => Error;
  /** Classes of errors from the worker; all others arrive as plain errors with their names. */
  readonly errorClasses?: ErrorClasses;
  readonly onProgress?: ((progress: Progress) => void) | undefined;
  readonly onWarning?: ((warning: Error) => void) | undefined;
  /** Told when the first reader begins to wait for the worker, and when the last one has what it waited for. */
  readonly onWaiting?: ((waiting: boolean) => void) | undefined;
}

type ValuesMessage = Extract<WorkerMessage<unknown>, { type: 'values' }>;

/** Speaks with a worker in which `serveDecoder` runs. */
export function createWorkerClient<Request, Progress>(
  worker: ClientEndpoint<Request, Progress>,
  { stoppedEarly, errorClasses, onProgress, onWarning, onWaiting }: WorkerClientOptions<Progress>,
): WorkerClient<Request> {
  const loading = createMailbox<LoadedModel>();
  const streams = new Map<number, Mailbox<ValuesMessage>>();
  let streamsSoFar = 0;
  let jobsSoFar = 0;
  let failure: { readonly error: unknown } | undefined;

  worker.addEventListener('message', ({ data: message }) => {
    switch (message.type) {
      case 'progress':
        return tellProgress(message.progress);
      case 'warning':
        return onWarning?.(fromErrorData(message.error, errorClasses));
      case 'loaded':
        return loading.put(message.model);
      case 'values':
        return streams.get(message.stream)?.put(message);
      case 'error': {
        const { stream, error } = message;
        const mailbox = stream === undefined ? loading : streams.get(stream);
        return mailbox?.fail(fromErrorData(error, errorClasses));
      }
      default:
        message satisfies never;
    }
  });

  function tellProgress(progress: Progress): void {
    try {
      onProgress?.(progress);
    } catch (error) {
      loading.fail(error);
    }
  }

  let waiting = 0;
  async function take<Value>(mailbox: Mailbox<Value>): Promise<Value> {
    if (waiting++ === 0) onWaiting?.(true);
    try {
      return await mailbox.take();
    } finally {
      if (--waiting === 0) onWaiting?.(false);
    }
  }

  function throwIfFailed(): void {
    if (failure) throw failure.error;
  }

  async function* read(
    job: number,
    reading: Reading,
    signal: AbortSignal | undefined,
  ): AsyncGenerator<StreamValue, void> {
    signal?.throwIfAborted();
    throwIfFailed();
    const stream = streamsSoFar++;
    const mailbox = createMailbox<ValuesMessage>();
    const abort = () => mailbox.fail(signal!.reason);
    streams.set(stream, mailbox);
    signal?.addEventListener('abort', abort);
    try {
      worker.postMessage({ type: 'read', job, stream, reading });
      while (true) {
        const { values, done } = await take(mailbox);
        for (const value of values) {
          signal?.throwIfAborted();
          throwIfFailed();
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
    stoppedEarly,
    load(request) {
      worker.postMessage({ type: 'load', request });
      return take(loading);
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
    dispose() {
      worker.postMessage({ type: 'dispose' });
    },
    fail(error) {
      failure ??= { error };
      loading.fail(failure.error);
      for (const mailbox of streams.values()) mailbox.fail(failure.error);
    },
  };
}
