import { BackendError } from '@beltline/backend';

/** State of the gate: the number of native calls that run, or this. */
const closed = -1;

/** How long the end of a process waits for a native call, in milliseconds; a pass takes seconds at most. */
const patience = 60_000;

/**
 * Knows, in memory that two threads share, whether native code runs in the worker.
 *
 * A thread must not be ended in the midst of it: onnxruntime-node, coming back to a thread that may not run JavaScript any more,
 * aborts the whole process.
 */
export interface NativeGate {
  /** For the other thread's gate. */
  readonly memory: SharedArrayBuffer;
  /** Runs a native call. @throws BackendError `DISPOSED` once the gate is closed. */
  during<Result>(call: () => Promise<Result>): Promise<Result>;
  /** Blocks this thread until no native call runs in the other; from then on none begins. */
  close(): void;
}

export function createNativeGate(memory = new SharedArrayBuffer(4)): NativeGate {
  const state = new Int32Array(memory);
  return {
    memory,
    async during(call) {
      enter(state);
      try {
        return await call();
      } finally {
        Atomics.sub(state, 0, 1);
        Atomics.notify(state, 0);
      }
    },
    close() {
      const deadline = performance.now() + patience;
      while (true) {
        const running = Atomics.compareExchange(state, 0, 0, closed);
        const left = deadline - performance.now();
        if (running <= 0 || left <= 0) return;
        Atomics.wait(state, 0, running, left);
      }
    },
  };
}

function enter(state: Int32Array): void {
  while (true) {
    const running = Atomics.load(state, 0);
    if (running === closed) throw new BackendError('DISPOSED', 'the process ends');
    if (Atomics.compareExchange(state, 0, running, running + 1) === running) return;
  }
}

const open = new Set<NativeGate>();

function closeAll(): void {
  for (const gate of open) gate.close();
}

/** Lets the process end only when the gate is closed, however it ends; until the returned function is called. */
export function closeAtExit(gate: NativeGate): () => void {
  // One listener, however many there are: Node warns of more than ten.
  if (open.size === 0) process.on('exit', closeAll);
  open.add(gate);
  return () => {
    open.delete(gate);
    if (open.size === 0) process.off('exit', closeAll);
  };
}
