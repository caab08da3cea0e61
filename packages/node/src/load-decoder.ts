import { rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { BackendError, type LanguageModel } from '@beltline/backend';
import { createDecoder, type Decoder } from '@beltline/decoder';
import type { BuildProgress, Precision } from '@beltline/graph';
import { type ModelFiles, resolveModel } from '@beltline/models';
import { createOnnxNodeModel } from '@beltline/onnx-node';
import { createTokenizer } from '@beltline/tokenizer';
import { cachedGraph, defaultCacheFolder } from './graph-cache.ts';

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
  const model = await loadModel(files, options);
  try {
    signal?.throwIfAborted();
    return createDecoder({ model, tokenizer, format: files.format });
  } catch (error) {
    await model.dispose();
    throw error;
  }
}

async function loadModel(files: ModelFiles, options: LoadOptions): Promise<LanguageModel> {
  const runtime = options.threads === undefined ? {} : { threads: options.threads };
  if (files.weights.kind === 'belt-graph') {
    requireNoPrecision(files, options);
    return createOnnxNodeModel({ graph: files.weights.graph, ...runtime });
  }
  const build = {
    folder: files.folder,
    precision: options.precision ?? 'int4',
    cacheFolder: options.cacheFolder ?? defaultCacheFolder(),
    signal: options.signal,
    onProgress: (progress: BuildProgress) => options.onProgress?.({ phase: 'build', ...progress }),
  };
  const graph = await cachedGraph(build);
  try {
    return await createOnnxNodeModel({ graph, ...runtime });
  } catch (error) {
    if (!(error instanceof BackendError)) throw error;
    // A damaged cache entry is no fault of the checkpoint: build it once more.
    await rm(dirname(graph), { recursive: true, force: true });
    return createOnnxNodeModel({ graph: await cachedGraph(build), ...runtime });
  }
}

function requireNoPrecision({ name }: ModelFiles, { precision }: LoadOptions): void {
  if (precision === undefined) return;
  throw new BackendError(
    'UNSUPPORTED',
    `model "${name}" comes as a finished graph, so its precision cannot be chosen: leave out "${precision}"`,
  );
}
