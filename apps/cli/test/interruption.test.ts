import { EventEmitter } from 'node:events';
import { expect, it } from 'vitest';
import { createInterruption } from '../src/interruption.ts';

function createProcess() {
  const streams = { stdout: new EventEmitter(), stderr: new EventEmitter() };
  return Object.assign(new EventEmitter(), streams);
}

it.each([
  ['SIGINT', 'INTERRUPTED'],
  ['SIGTERM', 'TERMINATED'],
])('%s aborts, and the next one is left to the system', (signalName, code) => {
  const process = createProcess();
  const signal = createInterruption(process);
  expect(signal.aborted).toBe(false);
  process.emit(signalName);
  expect(signal.reason).toMatchObject({ code });
  expect(process.listenerCount(signalName)).toBe(0);
});

it('aborts when nobody reads the output any more', () => {
  const process = createProcess();
  const signal = createInterruption(process);
  process.stdout.emit('error', Object.assign(new Error('write EPIPE'), { code: 'EPIPE' }));
  expect(signal.reason).toMatchObject({ code: 'OUTPUT_CLOSED' });
});

it('aborts with the reason when the output cannot be written', () => {
  const process = createProcess();
  const signal = createInterruption(process);
  const failure = Object.assign(new Error('disk full'), { code: 'ENOSPC' });
  process.stdout.emit('error', failure);
  expect(signal.reason).toMatchObject({
    code: 'OUTPUT_FAILED',
    message: expect.stringContaining('disk full'),
    cause: failure,
  });
});
