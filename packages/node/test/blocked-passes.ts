import { InferenceSession } from 'onnxruntime-node';

/** What two threads share: how often the event loop of one has turned, and what passes in the other have seen of it. */
export interface Ticks {
  readonly memory: SharedArrayBuffer;
  /** To be called by a timer. */
  tick(): void;
  /** Passes that began; passes during which no timer fired. */
  seen(): { readonly passes: number; readonly alone: number };
}

export function createTicks(memory = new SharedArrayBuffer(12)): Ticks {
  const counts = new Int32Array(memory);
  return {
    memory,
    tick() {
      Atomics.add(counts, 0, 1);
      Atomics.notify(counts, 0);
    },
    seen: () => ({ passes: Atomics.load(counts, 1), alone: Atomics.load(counts, 2) }),
  };
}

/** Lets every pass of this thread take until a timer has fired, or for `patience` milliseconds. Returns what undoes it. */
export function blockPasses({ memory }: Ticks, patience: number): () => void {
  const counts = new Int32Array(memory);
  const { create } = InferenceSession;
  const blocking = async (...given: Parameters<typeof create>) => {
    const session = await create.apply(InferenceSession, given);
    const { run } = session;
    return Object.assign(session, {
      run(...feeds: Parameters<typeof run>) {
        Atomics.add(counts, 1, 1);
        const told = Atomics.wait(counts, 0, Atomics.load(counts, 0), patience);
        if (told === 'timed-out') Atomics.add(counts, 2, 1);
        return run.apply(session, feeds);
      },
    });
  };
  Object.assign(InferenceSession, { create: blocking });
  return () => void Object.assign(InferenceSession, { create });
}
