import { Worker } from 'node:worker_threads';
import { expect, onTestFinished, test } from 'vitest';
import { closeAtExit, createNativeGate } from '../src/worker/native-gate.ts';
import { fromSource } from './start-worker.ts';

test('a closed gate lets no native call begin, in either thread', async () => {
  const gate = createNativeGate();
  expect(await gate.during(async () => 'ran')).toBe('ran');
  await expect(gate.during(() => Promise.reject(new Error('failed')))).rejects.toThrow('failed');
  gate.close();
  gate.close();
  let ran = false;
  const call = async () => {
    ran = true;
  };
  for (const each of [gate, createNativeGate(gate.memory)]) {
    await expect(each.during(call)).rejects.toMatchObject({ name: 'BackendError', code: 'DISPOSED' });
  }
  expect(ran).toBe(false);
});

test('closing a gate waits for all calls of the other thread', async () => {
  const gate = createNativeGate();
  const ended = new Int32Array(new SharedArrayBuffer(8));
  const script = new URL('gated-worker.ts', import.meta.url);
  const worker = new Worker(script, {
    workerData: { memory: gate.memory, ended: ended.buffer },
    execArgv: fromSource,
  });
  onTestFinished(async () => void (await worker.terminate()));
  await new Promise((resolve) => worker.once('message', resolve));
  // Nothing of this thread's event loop runs meanwhile.
  gate.close();
  expect([...ended]).toEqual([1, 1]);
});

test('many gates that close at exit have one listener, and none when they are forgotten', () => {
  const listeners = () => process.listenerCount('exit');
  const before = listeners();
  const forget = Array.from({ length: 20 }, () => closeAtExit(createNativeGate()));
  expect(listeners()).toBe(before + 1);
  for (const each of forget) each();
  expect(listeners()).toBe(before);
});
