import type { ModelPrecision } from './precision.ts';

/** The files of a model's weights, as paths below its folder. */
export type WeightFiles =
  /** A graph of another exporter, and the files beside it that hold its weights. */
  | { readonly kind: 'exported-graph'; readonly graph: string; readonly externalData: readonly string[] }
  /** The safetensors file or, of a sharded checkpoint, the index: the shards are what it names. */
  | { readonly kind: 'checkpoint'; readonly file: string }
  | { readonly kind: 'gguf'; readonly file: string };

/** The file beside a graph made by onnxruntime-genai's builder. */
export const GENAI_CONFIG = 'genai_config.json';

export const CHECKPOINT_FILE = 'model.safetensors';
export const CHECKPOINT_INDEX = 'model.safetensors.index.json';

/**
 * Chooses among the weights that a folder offers, which on the hub are often a dozen of the same model.
 *
 * A graph of the right precision comes first, being ready to run; then a checkpoint or a GGUF file to build one from.
 * Without a precision it is the smallest that answers well, or else whatever there is.
 *
 * @param allNames paths of all files below the folder, with `/` between their parts.
 * @param toBuild whether finished graphs do not count.
 * @returns undefined where nothing fits.
 */
export function chooseWeights(
  allNames: readonly string[],
  precision: ModelPrecision | undefined,
  toBuild = false,
): WeightFiles | undefined {
  const names = toBuild ? allNames.filter((name) => !name.endsWith('.onnx')) : allNames;
  // One graph, of the precision that its maker chose: whether it is the one asked for is seen when it is opened.
  const genaiGraph = names.includes(GENAI_CONFIG) ? ['model.onnx'] : [];
  if (precision !== undefined) {
    return (
      exportedGraph(names, GRAPHS[precision]) ??
      checkpoint(names) ??
      ggufFile(names, GGUF_KINDS[precision]) ??
      (precision === 'w8a8' ? onlyGguf(names) : undefined) ??
      exportedGraph(names, genaiGraph)
    );
  }
  return (
    exportedGraph(names, [...GRAPHS.int4, ...genaiGraph]) ??
    checkpoint(names) ??
    ggufFile(names, [...GGUF_KINDS.int4, ...GGUF_KINDS.int8, ...GGUF_KINDS.fp32]) ??
    onlyGguf(names) ??
    exportedGraph(names, [...GRAPHS.fp32, 'onnx/model_fp16.onnx', 'model.onnx'])
  );
}

/** Said of graphs where one is to be built. */
export const finished =
  'come as a finished graph only, beside which none can be built: that takes a checkpoint (model.safetensors) or a GGUF file';

/**
 * Where the onnx-community layout keeps each precision. Its 8-bit graphs are missing on purpose: they quantize activations
 * over whole tensors, so that the branches of one forward pass would influence each other.
 */
const GRAPHS: Readonly<Record<ModelPrecision, readonly string[]>> = {
  int4: ['onnx/model_q4.onnx', 'onnx/model_q4f16.onnx'],
  int8: [],
  w8a8: [],
  fp32: ['onnx/model.onnx'],
};

/** Quantizations of GGUF files by precision, the best compromise first. */
const GGUF_KINDS: Readonly<Record<ModelPrecision, readonly string[]>> = {
  int4: ['Q4_K_M', 'Q4_0', 'Q4_K_S', 'Q4_1'],
  int8: ['Q8_0'],
  // Quantized anew, so that the nearest to the original is the best.
  w8a8: ['BF16', 'F16', 'F32', 'Q8_0', 'Q6_K', 'Q5_K_M', 'Q5_K_S', 'Q4_K_M', 'Q4_K_S', 'Q4_1', 'Q4_0'],
  fp32: ['F32', 'BF16', 'F16'],
};

function exportedGraph(names: readonly string[], candidates: readonly string[]): WeightFiles | undefined {
  const graph = candidates.find((name) => names.includes(name));
  if (graph === undefined) return undefined;
  return { kind: 'exported-graph', graph, externalData: externalDataOf(graph, names) };
}

/** `x.onnx_data`, `x.onnx_data_1` ... of the Hugging Face exporters, `x.onnx.data` of onnxruntime-genai. */
export function externalDataOf(graph: string, names: readonly string[]): string[] {
  return names.filter(
    (name) => name.startsWith(graph) && /^[_.]data(?:_\d+)?$/.test(name.slice(graph.length)),
  );
}

function checkpoint(names: readonly string[]): WeightFiles | undefined {
  const file = [CHECKPOINT_INDEX, CHECKPOINT_FILE].find((name) => names.includes(name));
  return file === undefined ? undefined : { kind: 'checkpoint', file };
}

function ggufFile(names: readonly string[], kinds: readonly string[]): WeightFiles | undefined {
  for (const kind of kinds) {
    const suffix = new RegExp(`(?:^|[^a-z0-9])${kind}\\.gguf$`, 'i');
    const file = ggufNames(names).find((name) => suffix.test(name));
    if (file !== undefined) return { kind: 'gguf', file };
  }
  return undefined;
}

/** A file whose name does not tell its quantization is no matter of choice where it is the only one. */
function onlyGguf(names: readonly string[]): WeightFiles | undefined {
  const [file, second] = ggufNames(names);
  return file === undefined || second !== undefined ? undefined : { kind: 'gguf', file };
}

function ggufNames(names: readonly string[]): string[] {
  return names.filter((name) => !name.includes('/') && name.toLowerCase().endsWith('.gguf'));
}
