import { Worker } from 'node:worker_threads';
import { BackendError } from '@beltline/backend';
import { DecoderError } from '@beltline/decoder';
import { GgufError } from '@beltline/gguf';
import { GraphError } from '@beltline/graph';
import { ModelsError } from '@beltline/models';
import { TokenizerError } from '@beltline/tokenizer';
import {
  createWorkerClient,
  createWorkerDecoder,
  type WorkerClient,
  type WorkerDecoder,
} from '@beltline/worker';
import type { LoadOptions } from '../load-decoder.ts';
import type { LoadProgress } from '../load-progress.ts';
import { endpointOf, type LoadRequest } from './endpoint.ts';
import { closeAtExit, createNativeGate } from './native-gate.ts';
import { WorkerError } from './worker-error.ts';

/** Errors of these arrive as what they were. */
const errorClasses = { BackendError, DecoderError, GgufError, GraphError, ModelsError, TokenizerError };

/** Loads a model into a worker thread, as `loadDecoder` does in its own. */
export async function loadInWorker(
  source: string | undefined,
  { signal, onProgress, ...options }: LoadOptions,
  start = startWorker,
): Promise<WorkerDecoder> {
  signal?.throwIfAborted();
  const { client, end } = openWorker(start, onProgress);
  const abort = () => client.dispose();
  signal?.addEventListener('abort', abort);
  try {
    const model = await client.load({ source, options });
    signal?.throwIfAborted();
    return createWorkerDecoder(client, { model, dispose: end });
  } catch (error) {
    await end();
    throw signal?.aborted ? signal.reason : error;
  } finally {
    signal?.removeEventListener('abort', abort);
  }
}

/** @param workerData memory of the gate. */
function startWorker(workerData: SharedArrayBuffer): Worker {
  // A program on the command line has a flag that Node refuses for files.
  const inherits = !process.execArgv.some((argument) => argument.startsWith('--input-type'));
  const script = new URL('./worker.js', import.meta.url);
  return new Worker(script, { workerData, name: 'beltline', ...(!inherits && { execArgv: [] }) });
}

interface OpenWorker {
  readonly client: WorkerClient<LoadRequest>;
  /** Ends the worker once its pass has ended and its memory is free. */
  end(): Promise<void>;
}

function openWorker(start: typeof startWorker, onProgress: LoadOptions['onProgress']): OpenWorker {
  const gate = createNativeGate();
  const worker = start(gate.memory);
  let ending = false;
  const client = createWorkerClient<LoadRequest, LoadProgress>(endpointOf(worker), {
    errorClasses,
    stoppedEarly: (message) => new DecoderError('STOPPED_EARLY', message),
    onProgress,
    // An idle decoder keeps no process alive, with a worker or without.
    onWaiting: (waiting) => (waiting || ending ? worker.ref() : worker.unref()),
  });
  const forgetGate = closeAtExit(gate);
  const ended = new Promise<void>((resolve) => worker.once('exit', () => resolve()));
  void ended.then(forgetGate);
  worker.on('error', (cause) => client.fail(workerFailed(cause.message, cause)));
  worker.on('messageerror', (cause) => client.fail(workerFailed(cause.message, cause)));
  worker.on('exit', (code) => client.fail(workerFailed(`it ended with the exit code ${code}`)));

  return {
    client,
    end() {
      ending = true;
      client.fail(new BackendError('DISPOSED', 'the decoder has been disposed: load it again'));
      // Never by force: see the gate.
      client.dispose();
      worker.ref();
      return ended;
    },
  };
}

function workerFailed(what: string, cause?: unknown): WorkerError {
  const message = `the worker of the decoder failed: ${what}; load the decoder again`;
  return new WorkerError('WORKER_FAILED', message, cause === undefined ? {} : { cause });
}
