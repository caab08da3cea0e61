import {
  createDecoder,
  type Decoder,
  type FormatKnowledge,
  type PrefixCacheOptions,
} from '@beltline/decoder';
import type { Precision } from '@beltline/graph';
import type { WorkerDecoder } from '@beltline/worker';
import { loadParts } from './load-parts.ts';
import type { LoadProgress } from './load-progress.ts';
import { loadInWorker } from './worker/load-in-worker.ts';

export interface LoadOptions {
  /**
   * Precision of the graph that is built from a checkpoint. Default `int4`: small and fast; `w8a8`: twice the
   * memory, nearer to the original, and several times as fast for prompts and branches on CPUs with VNNI or AMX; `fp32` computes
   * what the checkpoint's authors did. A GGUF file keeps its own quantization by default. Where a model comes in
   * several precisions, this chooses which of them is taken; a folder that `beltline.json` gives a graph has just
   * that one.
   */
  readonly precision?: Precision;
  /**
   * Whether passes of 8 tokens and more run on a second graph, in `w8a8`, whose weights have the values of the first one's: prompts
   * and many branches are as fast as in `w8a8`, all else as in `precision`; beside int4 that takes three times the memory. It is
   * built from a checkpoint or a GGUF file, whatever finished graphs lie there. What a token is given then depends on how many others
   * are in its pass, as far as the two precisions differ. Default false; not for `w8a8` and folders that `beltline.json` gives a graph.
   */
  readonly wide?: boolean;
  /** Threads of one forward pass, at least 1; default: what onnxruntime finds fit for the machine. */
  readonly threads?: number;
  /** Where graphs built from checkpoints are kept; default `BELTLINE_CACHE` or the user's cache folder. */
  readonly cacheFolder?: string;
  /**
   * How the model comes to write the format: it was `trained` on it, or the prompt shows it already; or `instructions` explain it
   * in the prompt. Default what the model's `beltline.json` says, `instructions` without one.
   */
  readonly format?: FormatKnowledge;
  /** How much of finished answers is kept for prompts that begin alike; see `@beltline/decoder`. */
  readonly prefixCache?: PrefixCacheOptions;
  /** Stops the loading; the promise then rejects with the signal's reason. */
  readonly signal?: AbortSignal;
  /** Called while a model is downloaded, and while a graph is built, or one after the other (`wide`); each happens once. */
  readonly onProgress?: (progress: LoadProgress) => void;
}

/** Where the model lives. */
export interface ThreadOptions {
  /**
   * Whether it lives in a worker thread, so that this thread's event loop stays free while it loads and decodes; default false.
   * Functions among the options of a generation, a fork or a join cannot go there.
   */
  readonly worker?: boolean;
}

/**
 * Loads a model with its tokenizer and makes a decoder of them.
 *
 * @param source name of an embedded model, a local folder or GGUF file, or a name on the Hugging Face hub (`owner/name`),
 * from where it is downloaded into the cache that the hub's Python tools use.
 * @throws ModelsError, GraphError, GgufError, TokenizerError, BackendError or DecoderError; each says what to do. With
 * `worker: true` also WorkerError.
 *
 * @example
 * const decoder = await loadDecoder();
 * const { text } = await decoder.generate('Discuss a school trip from the aspects of budget, route, and food.').result();
 *
 * @example
 * const decoder = await loadDecoder('tiny', { worker: true }); // in a server, which answers others meanwhile
 */
export async function loadDecoder(
  source?: string,
  options?: LoadOptions & { readonly worker?: false },
): Promise<Decoder>;
export async function loadDecoder(
  source: string | undefined,
  options: LoadOptions & ThreadOptions,
): Promise<WorkerDecoder>;
export async function loadDecoder(
  source?: string,
  { worker = false, ...options }: LoadOptions & ThreadOptions = {},
): Promise<WorkerDecoder> {
  if (worker) return loadInWorker(source, options);
  const parts = await loadParts(source, options);
  try {
    options.signal?.throwIfAborted();
    return createDecoder(parts);
  } catch (error) {
    await parts.model.dispose();
    throw error;
  }
}
