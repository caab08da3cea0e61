import type { DecodeEvent, GenerationResult, Prompt } from '@beltline/decoder';
import { fromErrorData } from './error-data.ts';
import type { Cancellation } from './generation.ts';
import { createMailbox, type Mailbox } from './mailbox.ts';
import type {
  Endpoint,
  LoadedModel,
  LoadProgress,
  LoadRequest,
  PageMessage,
  WebGenerateOptions,
  WorkerMessage,
} from './messages.ts';

type EventsMessage = Extract<WorkerMessage, { type: 'events' }>;

/** The page's view of a worker that decodes. */
export interface WorkerClient {
  load(request: LoadRequest): Promise<LoadedModel>;
  /** Starts when it is first read; the worker is at most one forward pass ahead of the reader. */
  generate(
    prompt: Prompt,
    options: WebGenerateOptions,
    cancellation: Cancellation,
  ): AsyncGenerator<DecodeEvent, GenerationResult>;
  /** Fails all that is under way and all that comes later. */
  fail(error: Error): void;
}

export interface WorkerClientOptions {
  readonly onProgress?: ((progress: LoadProgress) => void) | undefined;
  readonly onWarning?: ((warning: Error) => void) | undefined;
}

/** Speaks with a worker in which `serveDecoder` runs. */
export function createWorkerClient(
  worker: Endpoint<WorkerMessage, PageMessage>,
  { onProgress, onWarning }: WorkerClientOptions = {},
): WorkerClient {
  const loading = createMailbox<LoadedModel>();
  const generations = new Map<number, Mailbox<EventsMessage>>();
  let generationsSoFar = 0;
  let failure: Error | undefined;

  worker.addEventListener('message', ({ data: message }) => {
    switch (message.type) {
      case 'progress':
        return onProgress?.(message.progress);
      case 'warning':
        return onWarning?.(fromErrorData(message.error));
      case 'loaded':
        return loading.put(message.model);
      case 'events':
        return generations.get(message.generation)?.put(message);
      case 'error': {
        const { generation, error } = message;
        const mailbox = generation === undefined ? loading : generations.get(generation);
        return mailbox?.fail(fromErrorData(error));
      }
      default:
        message satisfies never;
    }
  });

  return {
    load(request) {
      worker.postMessage({ type: 'load', request });
      return loading.take();
    },
    async *generate(prompt, { signal, ...options }, cancellation) {
      signal?.throwIfAborted();
      if (failure) throw failure;
      const generation = generationsSoFar++;
      const mailbox = createMailbox<EventsMessage>();
      const abort = () => mailbox.fail(signal!.reason);
      generations.set(generation, mailbox);
      signal?.addEventListener('abort', abort);
      try {
        const cancel = (branch: number) => worker.postMessage({ type: 'cancel-branch', generation, branch });
        worker.postMessage({ type: 'generate', generation, prompt, options });
        for (const branch of cancellation.branches) cancel(branch);
        cancellation.listener = cancel;
        while (true) {
          const { events, done } = await mailbox.take();
          for (const [index, event] of events.entries()) {
            // Asked for with the last event at hand, the next pass runs while the reader works on it.
            if (index === events.length - 1 && !done) worker.postMessage({ type: 'pull', generation });
            signal?.throwIfAborted();
            if (failure) throw failure;
            yield event;
            if (event.type === 'finish') return event.result;
          }
        }
      } finally {
        cancellation.listener = undefined;
        signal?.removeEventListener('abort', abort);
        generations.delete(generation);
        // Harmless where the worker has finished.
        if (!failure) worker.postMessage({ type: 'stop', generation });
      }
    },
    fail(error) {
      failure ??= error;
      loading.fail(failure);
      for (const mailbox of generations.values()) mailbox.fail(failure);
    },
  };
}
