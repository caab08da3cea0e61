import { openGguf, readGgufCheckpoint, readGgufTokenizer } from '@beltline/gguf';
import {
  type BuildBeltGraphOptions,
  type ByteSource,
  buildBeltGraph,
  inlineWeights,
  joinBytes,
  joinTensorSources,
  openSafetensors,
  parseModelConfig,
  patchGraph,
  readGraphOutline,
} from '@beltline/graph';
import {
  besideGraph,
  checkpointFiles,
  chooseWeights,
  MANIFEST_NAME,
  type Manifest,
  type ModelPrecision,
  ModelsError,
  type ModelTexts,
  readModelTexts,
  type WeightFiles,
} from '@beltline/models/folder';
import { createTokenizer, type Tokenizer } from '@beltline/tokenizer';
import type { Device, LoadProgress } from '../messages.ts';
import type { WebFolder } from './web-folder.ts';

/** A belt-ready graph in memory, with its external data by the names that it uses. */
interface PreparedGraph {
  readonly graph: Uint8Array;
  readonly externalData: Readonly<Record<string, Uint8Array>>;
}

/** The weights of a folder for browsers. */
export type WebWeights =
  | { readonly kind: 'belt-graph'; readonly graph: string; readonly externalData: readonly string[] }
  | WeightFiles;

/** Chooses the weights before anything large is downloaded. @throws ModelsError `UNSUPPORTED`. */
export function findWeights(
  { names, pathOf }: WebFolder,
  { graph, externalData }: Manifest,
  precision: ModelPrecision | undefined,
): WebWeights {
  if (graph !== undefined) {
    if (precision === undefined) return { kind: 'belt-graph', graph, externalData };
    const message = `${pathOf(graph)} is a finished graph, so its precision cannot be chosen: leave out "${precision}"`;
    throw new ModelsError('UNSUPPORTED', pathOf(graph), message);
  }
  const [only = '', second] = names ?? [];
  // Named or given alone, whatever its name says of its quantization.
  if (second === undefined && /\.gguf$/i.test(only)) return { kind: 'gguf', file: only };
  const weights = names && chooseWeights(names, precision);
  if (weights) return weights;
  const manifest = pathOf(MANIFEST_NAME);
  const message = names
    ? `there are no weights${precision === undefined ? '' : ` for precision ${precision}`} that can be used: an exported graph such as ` +
      `onnx/model_q4.onnx, model.safetensors or a GGUF file (found: ${names.slice(0, 12).join(', ')})`
    : `${manifest} is missing or names no "graph", and a folder behind a URL cannot be searched for one: name the graph there, ` +
      'or load the model by its name on the hub';
  throw new ModelsError('UNSUPPORTED', manifest, message);
}

/** What is built for WebAssembly, which unpacks weights that lie in blocks anew in every pass: some ten times as slow. */
const wholeNumbers = 'w8a8';

/** A model that is ready to be loaded. */
export interface PreparedModel extends PreparedGraph {
  readonly tokenizer: Tokenizer;
}

export interface PrepareOptions {
  readonly device: Device;
  readonly precision: ModelPrecision | undefined;
  readonly onProgress: (progress: LoadProgress) => void;
}

/**
 * Downloads the tokenizer, then the weights, and makes a belt-ready graph of them: patched if another exporter made it, built
 * from a checkpoint or a GGUF file.
 */
export async function prepareModel(
  folder: WebFolder,
  weights: WebWeights,
  options: PrepareOptions,
): Promise<PreparedModel> {
  if (weights.kind === 'gguf') return prepareGguf(folder, weights.file, options);
  const texts = await readModelTexts(folder);
  const tokenizer = createTokenizer({ ...texts, modelConfig: texts.config });
  return { tokenizer, ...(await prepareGraph(folder, weights, texts, options)) };
}

function prepareGraph(
  folder: WebFolder,
  weights: Exclude<WebWeights, { kind: 'gguf' }>,
  texts: ModelTexts,
  options: PrepareOptions,
): Promise<PreparedGraph> {
  switch (weights.kind) {
    case 'belt-graph':
      return readGraph(folder, weights.graph, weights.externalData);
    case 'exported-graph':
      return patchExported(folder, weights, texts, options);
    case 'checkpoint':
      return buildFromCheckpoint(folder, weights, texts, options);
    default:
      return weights satisfies never;
  }
}

/** @param externalData names beside the graph. */
async function readGraph(
  folder: WebFolder,
  graph: string,
  externalData: readonly string[],
): Promise<PreparedGraph> {
  const [bytes, ...parts] = await Promise.all([
    folder.readBytes(graph),
    ...externalData.map((name) => folder.readBytes(besideGraph(graph, name))),
  ]);
  return {
    graph: bytes!,
    externalData: Object.fromEntries(externalData.map((name, index) => [name, parts[index]!])),
  };
}

/** The weights stay where they are: the file itself becomes external data of its patched outline. */
async function patchExported(
  folder: WebFolder,
  weights: Extract<WebWeights, { kind: 'exported-graph' }>,
  { config, generationConfig }: ModelTexts,
  { precision }: PrepareOptions,
): Promise<PreparedGraph> {
  const { graph, externalData } = await readGraph(folder, weights.graph, weights.externalData.map(nameOf));
  const name = nameOf(weights.graph);
  const outline = await readGraphOutline(inMemory(name, graph), name);
  // Beside onnxruntime-genai's graphs, genai_config.json is read in the place of generation_config.json.
  const patched = patchGraph(outline, { config: config ?? generationConfig });
  const { precision: own } = patched.info;
  if (precision !== undefined && precision !== own) {
    const path = folder.pathOf(weights.graph);
    const message = `${path} is a finished graph in ${own}, which cannot be turned into ${precision}: leave the precision out`;
    throw new ModelsError('UNSUPPORTED', path, message);
  }
  return {
    graph: joinBytes(patched.parts, patched.byteLength),
    externalData: { ...externalData, [name]: graph },
  };
}

async function buildFromCheckpoint(
  folder: WebFolder,
  weights: Extract<WebWeights, { kind: 'checkpoint' }>,
  { config }: ModelTexts,
  { device, precision = device === 'wasm' ? wholeNumbers : 'int4', onProgress }: PrepareOptions,
): Promise<PreparedGraph> {
  const files = await checkpointFiles(folder, weights);
  const sources = await Promise.all(
    files.map(async (file) => openSafetensors(inMemory(folder.pathOf(file), await folder.readBytes(file)))),
  );
  const checkpoint = { config: parseModelConfig(config), tensors: joinTensorSources(sources), precision };
  return build(checkpoint, onProgress);
}

async function prepareGguf(
  folder: WebFolder,
  name: string,
  { device, precision = device === 'wasm' ? wholeNumbers : undefined, onProgress }: PrepareOptions,
): Promise<PreparedModel> {
  const file = await openGguf(inMemory(folder.pathOf(name), await folder.readBytes(name)));
  const tokenizer = createTokenizer(readGgufTokenizer(file));
  const checkpoint = await readGgufCheckpoint(file, precision && { precision });
  return { tokenizer, ...(await build(checkpoint, onProgress)) };
}

async function build(
  checkpoint: Pick<BuildBeltGraphOptions, 'config' | 'tensors' | 'precision'>,
  onProgress: PrepareOptions['onProgress'],
): Promise<PreparedGraph> {
  const graph = await buildBeltGraph({
    ...checkpoint,
    weights: inlineWeights(),
    onProgress: ({ done, total }) => onProgress({ phase: 'build', done, total }),
  });
  return { graph: joinBytes(graph.parts, graph.byteLength), externalData: {} };
}

function nameOf(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

function inMemory(name: string, bytes: Uint8Array): ByteSource {
  return {
    name,
    size: bytes.byteLength,
    read: async (offset, length) => bytes.subarray(offset, offset + length),
  };
}
