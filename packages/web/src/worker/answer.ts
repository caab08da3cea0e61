import {
  createDecoder,
  type DecodeEvent,
  type DecoderOptions,
  type Generation,
  type Prompt,
} from '@beltline/decoder';
import type { WebGenerateOptions } from '../messages.ts';

/** A generation that goes on only as it is pulled. */
export interface Answer {
  /** Rejects with what the decoding throws; resolves when all events were sent, or when it was stopped. */
  readonly ended: Promise<void>;
  pull(): void;
  cancelBranch(branch: number): void;
  stop(): void;
}

export interface AnswerOptions {
  readonly parts: DecoderOptions;
  readonly prompt: Prompt;
  readonly options: Omit<WebGenerateOptions, 'signal'>;
  readonly send: (events: readonly DecodeEvent[], done: boolean) => void;
}

/**
 * Starts a generation whose events are sent together, those between two forward passes in one message. A pass starts only
 * when the events before it have been sent and more have been asked for.
 */
export function startAnswer({ parts, prompt, options, send }: AnswerOptions): Answer {
  const stopping = new AbortController();
  let events: DecodeEvent[] = [];
  // Starting asks for the first events.
  let pulls = 1;
  let wake = () => {};
  let generation: Generation | undefined;

  async function beforePass(): Promise<void> {
    if (events.length > 0) {
      send(events, false);
      events = [];
      pulls--;
    }
    // Passes may block the thread: without a turn of its event loop no message would arrive.
    await nextTurn();
    while (pulls === 0 && !stopping.signal.aborted) {
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
    }
    stopping.signal.throwIfAborted();
  }

  function start(): Generation {
    const { model } = parts;
    const decoder = createDecoder({
      ...parts,
      // This decoder is for one answer.
      prefixCache: { maxTokens: 0 },
      model: {
        ...model,
        async forward(cache, step) {
          await beforePass();
          return model.forward(cache, step);
        },
      },
    });
    return decoder.generate(prompt, { ...options, signal: stopping.signal });
  }

  async function run(): Promise<void> {
    generation = start();
    try {
      for await (const event of generation) events.push(event);
      send(events, true);
    } catch (error) {
      if (!stopping.signal.aborted) throw error;
    }
  }

  return {
    ended: run(),
    cancelBranch: (branch) => generation?.cancelBranch(branch),
    pull() {
      pulls++;
      wake();
    },
    stop() {
      stopping.abort();
      wake();
    },
  };
}

/** Resolves in a later task; timers would take 4 ms. */
function nextTurn(): Promise<void> {
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.addEventListener('message', () => {
      port1.close();
      resolve();
    });
    port1.start();
    port2.postMessage(undefined);
  });
}
