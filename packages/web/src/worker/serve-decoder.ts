import { createDecoder, type DecoderOptions } from '@beltline/decoder';
import { toErrorData } from '../error-data.ts';
import type { Endpoint, LoadProgress, LoadRequest, PageMessage, WorkerMessage } from '../messages.ts';
import { type Answer, startAnswer } from './answer.ts';

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

/** Loads and decodes for the page at the other end, one model for the life of the worker. */
export function serveDecoder(
  page: Endpoint<PageMessage, WorkerMessage>,
  load: (request: LoadRequest, report: LoadReport) => Promise<DecoderParts>,
): void {
  const answers = new Map<number, Answer>();
  let parts: DecoderParts | undefined;

  async function loadModel(request: LoadRequest): Promise<void> {
    try {
      parts = await load(request, {
        progress: (progress) => page.postMessage({ type: 'progress', progress }),
        warning: (error) => page.postMessage({ type: 'warning', error: toErrorData(error) }),
      });
      // What does not fit together shows here, not at the first prompt.
      createDecoder(parts);
      const { shape, capabilities } = parts.model;
      page.postMessage({ type: 'loaded', model: { shape, capabilities, threads: parts.threads } });
    } catch (error) {
      page.postMessage({ type: 'error', generation: undefined, error: toErrorData(error) });
    }
  }

  async function answer({ generation, prompt, options }: Extract<PageMessage, { type: 'generate' }>) {
    const started = startAnswer({
      parts: parts!,
      prompt,
      options,
      send: (events, done) => page.postMessage({ type: 'events', generation, events, done }),
    });
    answers.set(generation, started);
    try {
      await started.ended;
    } catch (error) {
      page.postMessage({ type: 'error', generation, error: toErrorData(error) });
    } finally {
      answers.delete(generation);
    }
  }

  page.addEventListener('message', ({ data: message }) => {
    switch (message.type) {
      case 'load':
        return void loadModel(message.request);
      case 'generate':
        return void answer(message);
      case 'pull':
        return answers.get(message.generation)?.pull();
      case 'cancel-branch':
        return answers.get(message.generation)?.cancelBranch(message.branch);
      case 'stop':
        return answers.get(message.generation)?.stop();
      default:
        message satisfies never;
    }
  });
}
