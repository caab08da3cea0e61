import { createDecoder, type Decoder } from '@beltline/decoder';
import type { BuildProgress, Precision } from '@beltline/graph';
import { resolveModel } from '@beltline/models';
import { createTokenizer } from '@beltline/tokenizer';
import { openModel } from './open-model.ts';

export interface LoadOptions {
  /**
   * Precision of the graph that is built from a checkpoint. Default `int4`: small and fast; `fp32` computes
   * what the checkpoint's authors did. A folder that already holds a graph has just that one.
   */
  readonly precision?: Precision;
  /** Threads of one forward pass, at least 1; default: what onnxruntime finds fit for the machine. */
  readonly threads?: number;
  /** Where graphs built from checkpoints are kept; default `BELTLINE_CACHE` or the user's cache folder. */
  readonly cacheFolder?: string;
  /** Stops the loading; the promise then rejects with the signal's reason. */
  readonly signal?: AbortSignal;
  /** Called while a graph is built from a checkpoint, which happens once. */
  readonly onProgress?: (progress: LoadProgress) => void;
}

export interface LoadProgress extends BuildProgress {
  readonly phase: 'build';
}

/**
 * Loads a model with its tokenizer and makes a decoder of them.
 *
 * @param source name of an embedded model, or a local folder with a Hugging Face checkpoint or a belt-ready graph.
 * @throws ModelsError, GraphError, TokenizerError, BackendError or DecoderError; each says what to do.
 *
 * @example
 * const decoder = await loadDecoder();
 * const { text } = await decoder.generate('Discuss a school trip from the aspects of budget, route, and food.').result();
 */
export async function loadDecoder(source?: string, options: LoadOptions = {}): Promise<Decoder> {
  const { signal } = options;
  const files = await resolveModel(source, signal && { signal });
  const tokenizer = createTokenizer({ ...files, modelConfig: files.config });
  const model = await openModel(files, options);
  try {
    signal?.throwIfAborted();
    return createDecoder({ model, tokenizer, format: files.format });
  } catch (error) {
    await model.dispose();
    throw error;
  }
}
