import { Worker, type WorkerOptions } from 'node:worker_threads';
import type { LoadOptions } from '@beltline/node';
import { loadInWorker } from '../src/worker/load-in-worker.ts';

/** Flags with which Node runs sources: what it starts by itself does not go through vitest. */
export const fromSource = [
  '--conditions=beltline-source',
  '--import',
  new URL('../../../testing/typescript/register.js', import.meta.url).href,
];

/** `loadDecoder` with `worker: true`; the worker runs a script of the tests in the place of its own if they name one. */
export function loadDecoderInWorker(
  source?: string,
  options: LoadOptions = {},
  { script = new URL('../src/worker/worker.ts', import.meta.url), ...given }: StartOptions = {},
) {
  return loadInWorker(
    source,
    options,
    (workerData) => new Worker(script, { workerData, execArgv: fromSource, ...given }),
  );
}

interface StartOptions extends WorkerOptions {
  readonly script?: URL;
}
