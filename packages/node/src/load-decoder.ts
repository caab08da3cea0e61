import { createDecoder, type Decoder, type PrefixCacheOptions } from '@beltline/decoder';
import type { Precision } from '@beltline/graph';
import { resolveModel } from '@beltline/models';
import { createTokenizer } from '@beltline/tokenizer';
import { readTokenizerOfGguf } from './gguf-model.ts';
import { describePull, type LoadProgress } from './load-progress.ts';
import { openModel } from './open-model.ts';

export interface LoadOptions {
  /**
   * Precision of the graph that is built from a checkpoint. Default `int4`: small and fast; `fp32` computes
   * what the checkpoint's authors did. A GGUF file keeps its own quantization by default. Where a model comes in
   * several precisions, this chooses which of them is taken; a folder that `beltline.json` gives a graph has just
   * that one.
   */
  readonly precision?: Precision;
  /** Threads of one forward pass, at least 1; default: what onnxruntime finds fit for the machine. */
  readonly threads?: number;
  /** Where graphs built from checkpoints are kept; default `BELTLINE_CACHE` or the user's cache folder. */
  readonly cacheFolder?: string;
  /** How much of finished answers is kept for prompts that begin alike; see `@beltline/decoder`. */
  readonly prefixCache?: PrefixCacheOptions;
  /** Stops the loading; the promise then rejects with the signal's reason. */
  readonly signal?: AbortSignal;
  /** Called while a model is downloaded, and while a graph is built; each happens once. */
  readonly onProgress?: (progress: LoadProgress) => void;
}

/**
 * Loads a model with its tokenizer and makes a decoder of them.
 *
 * @param source name of an embedded model, a local folder or GGUF file, or a name on the Hugging Face hub (`owner/name`),
 * from where it is downloaded into the cache that the hub's Python tools use.
 * @throws ModelsError, GraphError, TokenizerError, BackendError or DecoderError; each says what to do.
 *
 * @example
 * const decoder = await loadDecoder();
 * const { text } = await decoder.generate('Discuss a school trip from the aspects of budget, route, and food.').result();
 */
export async function loadDecoder(source?: string, options: LoadOptions = {}): Promise<Decoder> {
  const { signal, precision, onProgress } = options;
  const files = await resolveModel(source, {
    ...(signal && { signal }),
    ...(precision && { precision }),
    ...(onProgress && { onProgress: describePull(onProgress) }),
  });
  const { weights } = files;
  const texts = weights.kind === 'gguf' ? await readTokenizerOfGguf(weights.file, signal) : files;
  const tokenizer = createTokenizer({ ...texts, modelConfig: files.config });
  const model = await openModel(files, options);
  try {
    signal?.throwIfAborted();
    const { prefixCache } = options;
    return createDecoder({ model, tokenizer, format: files.format, ...(prefixCache && { prefixCache }) });
  } catch (error) {
    await model.dispose();
    throw error;
  }
}
