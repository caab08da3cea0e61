import { checkpointFiles } from './folder/checkpoint-files.ts';
import { CHECKPOINT_FILE, chooseWeights, finished } from './folder/choose-weights.ts';
import { besideGraph, MANIFEST_NAME, type Manifest } from './folder/manifest.ts';
import { ModelsError } from './folder/models-error.ts';
import type { ModelPrecision } from './folder/precision.ts';
import { type GraphFiles, toGraphFolder } from './graph-folder.ts';
import type { PullOptions } from './hub/pull-options.ts';
import type { LocalFolder } from './local-folder.ts';

/** What the weights are, with absolute paths. */
export type ModelWeights =
  /** A graph made by `@beltline/graph`, ready to run. */
  | { readonly kind: 'belt-graph'; readonly graph: string }
  /** A graph of another exporter, to be patched. */
  | { readonly kind: 'exported-graph'; readonly graph: string; readonly externalData: readonly string[] }
  /** The folder's *.safetensors, to build a graph from. */
  | { readonly kind: 'checkpoint' }
  /** A GGUF file, to build a graph from. */
  | { readonly kind: 'gguf'; readonly file: string };

/** Finds the weights of a folder with this manifest; all files that make them up can be read. */
export async function findWeights(
  folder: LocalFolder,
  { graph, externalData }: Manifest,
  { precision, toBuild = false }: Pick<PullOptions, 'precision' | 'toBuild'> = {},
): Promise<ModelWeights> {
  if (graph !== undefined) {
    const data = externalData.map((name) => besideGraph(graph, name));
    const linked = await toGraphFolder(await readableFiles(folder, graph, data));
    return { kind: 'belt-graph', graph: linked.graph };
  }
  const files = chooseWeights(folder.names, precision, toBuild);
  if (files === undefined && toBuild && chooseWeights(folder.names, precision)) {
    throw new ModelsError('UNSUPPORTED', folder.path, `the weights in ${folder.path} ${finished}`);
  }
  if (files === undefined) throw unsupportedWeights(folder, precision);
  switch (files.kind) {
    case 'exported-graph':
      return {
        kind: 'exported-graph',
        ...(await toGraphFolder(await readableFiles(folder, files.graph, files.externalData))),
      };
    case 'checkpoint':
      await Promise.all((await checkpointFiles(folder, files)).map((name) => folder.readablePath(name)));
      return { kind: 'checkpoint' };
    case 'gguf':
      return { kind: 'gguf', file: await folder.readablePath(files.file) };
    default:
      return files satisfies never;
  }
}

async function readableFiles(
  folder: LocalFolder,
  graph: string,
  externalData: readonly string[],
): Promise<GraphFiles> {
  return {
    graph: await folder.readablePath(graph),
    externalData: await Promise.all(externalData.map((name) => folder.readablePath(name))),
  };
}

/** Weights of a kind that people try, and what to do about each. */
const OTHER_WEIGHTS: readonly (readonly [suffix: RegExp, advice: string])[] = [
  [
    /\.(?:bin|pt|pth|ckpt)$/,
    'is a PyTorch checkpoint; convert it to safetensors, for instance by loading it with the transformers ' +
      'library and calling save_pretrained',
  ],
  [
    /\.gguf$/,
    'is one of several GGUF files, none of them of a known quantization; pass the path of the one to use',
  ],
  [
    /\.onnx$/,
    'is a graph under a name that says nothing of its precision; graphs are called model.onnx or ' +
      `onnx/model_q4.onnx, or named by a ${MANIFEST_NAME}`,
  ],
];

function unsupportedWeights(folder: LocalFolder, precision: ModelPrecision | undefined): ModelsError {
  if (precision !== undefined && chooseWeights(folder.names, undefined) !== undefined) {
    const message =
      `the weights in ${folder.path} do not come in ${precision} and cannot be turned into it; ` +
      `leave the precision out, or choose another (${folder.names.filter(isWeights).join(', ')})`;
    return new ModelsError('UNSUPPORTED', folder.path, message);
  }
  for (const [suffix, advice] of OTHER_WEIGHTS) {
    const name = folder.names.find((candidate) => suffix.test(candidate));
    if (name !== undefined) {
      return new ModelsError('UNSUPPORTED', folder.path, `"${name}" in ${folder.path} ${advice}`);
    }
  }
  return folder.missing(CHECKPOINT_FILE);
}

function isWeights(name: string): boolean {
  return /\.(?:onnx|gguf|safetensors)$/.test(name);
}
