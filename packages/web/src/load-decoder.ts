import type { FormatKnowledge, PrefixCacheOptions } from '@beltline/decoder';
import {
  createWorkerClient,
  createWorkerDecoder,
  type WorkerClient,
  type WorkerDecoder,
} from '@beltline/worker';
import type { Device, HubOptions, LoadProgress, LoadRequest, Precision, WebModel } from './messages.ts';
import { DEFAULT_MODEL, folderUrl, type ModelSource, resolveSource } from './model-source.ts';
import { startWorker } from './start-worker.ts';
import { WebError } from './web-error.ts';

export interface LoadOptions {
  /**
   * Which weights to take of several, and what to build of a checkpoint: `int4`, `int8`, `fp32`, or on WASM `w8a8`; default the
   * smallest that answers well, and what is built is `w8a8` on WASM and `int4` on WebGPU. Graphs that are belt-ready leave no choice.
   */
  readonly precision?: Precision;
  /** For models of the Hugging Face hub. */
  readonly hub?: HubOptions;
  /** Default `wasm`, which every browser has and which computes the same everywhere. */
  readonly device?: Device;
  /** Threads of one forward pass, at least 1; default: what onnxruntime finds fit. Without cross-origin isolation 1. */
  readonly threads?: number;
  /** Whether model files are kept in the browser's cache; default true. */
  readonly cache?: boolean;
  /**
   * How the model comes to write the format: it was `trained` on it, or the prompt shows it already; or `instructions` explain it
   * in the prompt. Default what the model's `beltline.json` says, `instructions` without one.
   */
  readonly format?: FormatKnowledge;
  /** How much of finished answers is kept for prompts that begin alike; see `@beltline/decoder`. */
  readonly prefixCache?: PrefixCacheOptions;
  /**
   * URL of a folder with the files of onnxruntime-web's `dist`; default: what the page's import map says for
   * `onnxruntime-web/`, else what the bundler has put beside the worker.
   */
  readonly onnxruntime?: string | URL;
  /** Stops the loading; the promise then rejects with the signal's reason. */
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: LoadProgress) => void;
  /** Told what goes wrong without stopping anything, such as a full cache; default: a line on the console. */
  readonly onWarning?: (warning: Error) => void;
}

/** Answers prompts with one model that lives in a Web Worker. Several generations at once take turns. */
export interface WebDecoder extends WorkerDecoder {
  readonly device: Device;
  readonly model: WebModel;
}

/**
 * Loads a model with its tokenizer into a Web Worker and makes a decoder of them.
 *
 * @param source an embedded name (default `tiny`), a name on the Hugging Face hub, the URL of a folder with a belt-ready graph, or
 * the files of a folder.
 * @throws WebError, ModelsError, GraphError, GgufError, TokenizerError, BackendError or DecoderError by name and `code`; each says
 * what to do.
 *
 * @example
 * const decoder = await loadDecoder();
 * const { text } = await decoder.generate('Plan a school trip: budget, route, food.').result();
 */
export async function loadDecoder(
  source: ModelSource = DEFAULT_MODEL,
  options: LoadOptions = {},
): Promise<WebDecoder> {
  const { device = 'wasm', threads, cache = true, signal, onProgress, onWarning = warn } = options;
  requireSensible(device, threads);
  signal?.throwIfAborted();
  const files = await resolveSource(source, options.hub);
  signal?.throwIfAborted();

  const worker = startWorker();
  const client = createWorkerClient<LoadRequest, LoadProgress>(worker, {
    errorClasses: { WebError },
    stoppedEarly: (message) => new WebError('STOPPED_EARLY', message),
    onProgress,
    onWarning,
  });
  const close = (error: Error) => {
    client.fail(error);
    worker.terminate();
  };
  worker.addEventListener('error', (event) => close(workerFailed(event)));
  worker.addEventListener('messageerror', (event) => close(workerFailed(event)));
  const abort = () => close(signal!.reason);
  signal?.addEventListener('abort', abort);
  try {
    const runtime = options.onnxruntime === undefined ? mappedRuntime() : folderUrl(options.onnxruntime);
    const { threads: used = 1, ...model } = await client.load({
      source: files,
      precision: options.precision,
      device,
      threads,
      runtime,
      cache,
      ...(options.format && { format: options.format }),
      ...(options.prefixCache && { prefixCache: options.prefixCache }),
    });
    return createWebDecoder({ ...model, threads: used }, client, close);
  } catch (error) {
    worker.terminate();
    throw error;
  } finally {
    signal?.removeEventListener('abort', abort);
  }
}

function createWebDecoder(
  model: WebModel,
  client: WorkerClient<LoadRequest>,
  close: (error: Error) => void,
): WebDecoder {
  const dispose = async () => {
    close(new WebError('DISPOSED', 'the decoder has been disposed: load it again'));
  };
  const decoder = createWorkerDecoder(client, { model, dispose });
  return { ...decoder, model, device: model.capabilities.device as Device };
}

/** What the import map says; bundlers leave none, and the worker has its own copy then. */
function mappedRuntime(): string | undefined {
  try {
    return import.meta.resolve('onnxruntime-web/');
  } catch {
    return undefined;
  }
}

function requireSensible(device: Device, threads: number | undefined): void {
  if (device !== 'wasm' && device !== 'webgpu') {
    throw new TypeError(`device must be 'wasm' or 'webgpu', got ${JSON.stringify(device)}`);
  }
  if (threads !== undefined && !(Number.isInteger(threads) && threads >= 1)) {
    throw new RangeError(`threads must be an integer of at least 1, got ${threads}`);
  }
}

function workerFailed(event: Event): WebError {
  const { message, filename, lineno } = event as Partial<ErrorEvent>;
  const what = message ? `${message} (${filename}:${lineno})` : 'its script could not be loaded';
  return new WebError(
    'WORKER_FAILED',
    `the worker failed: ${what}; load the decoder again, and look at the console and the network for more`,
    { cause: (event as Partial<ErrorEvent>).error },
  );
}

function warn(warning: Error): void {
  console.warn(`Beltline: ${warning.message}`);
}
