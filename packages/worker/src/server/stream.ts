import type { StreamValue } from '../messages.ts';

/** Values on their way to a reader outside of the worker, who asks for them message by message. */
export interface Stream {
  /** Rejects with what the source throws; resolves when all values were sent, or when it was stopped. */
  readonly ended: Promise<void>;
  /** Sends what has come, if anything has. */
  flush(): void;
  /** The reader has read what was sent, and asks for more. */
  pull(): void;
  stop(): void;
}

export interface StreamOptions {
  /** Called once, at once. */
  readonly open: () => AsyncIterable<StreamValue>;
  /** Whether the next value is asked for before the reader has asked for it. */
  readonly ahead: boolean;
  readonly send: (values: readonly StreamValue[], done: boolean) => void;
}

/** Sends values together as far as nobody flushes in between; whoever reads ahead waits with the next value in hand. */
export function startStream({ open, ahead, send }: StreamOptions): Stream {
  let values: StreamValue[] = [];
  // Starting asks for the first values.
  let asked = true;
  let stopped = false;
  let wake = () => {};

  function flush(): void {
    if (values.length === 0) return;
    send(values, false);
    values = [];
    asked = false;
  }

  /** Whether there is still a reader, once it wants more. */
  async function wanted(): Promise<boolean> {
    while (!asked && !stopped) {
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
    }
    return !stopped;
  }

  async function run(): Promise<void> {
    try {
      for await (const value of open()) {
        if (!(await wanted())) return;
        values.push(value);
        if (ahead) continue;
        flush();
        if (!(await wanted())) return;
      }
      if (await wanted()) send(values, true);
    } catch (error) {
      flush();
      if (await wanted()) throw error;
    }
  }

  return {
    ended: run(),
    flush,
    pull() {
      asked = true;
      wake();
    },
    stop() {
      stopped = true;
      wake();
    },
  };
}
