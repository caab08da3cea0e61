import { parentPort, workerData } from 'node:worker_threads';
import { createNativeGate } from '../src/worker/native-gate.ts';

const gate = createNativeGate(workerData.memory);
const ended = new Int32Array(workerData.ended);

const calls = [0, 1].map((index) =>
  gate.during(async () => {
    await new Promise((resolve) => setTimeout(resolve, 50 + 50 * index));
    Atomics.store(ended, index, 1);
  }),
);
parentPort!.postMessage('running');
await Promise.all(calls);
