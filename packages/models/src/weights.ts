import { besideGraph, MANIFEST_NAME, type Manifest } from './folder/manifest.ts';
import { readJson } from './folder/model-folder.ts';
import { ModelsError } from './folder/models-error.ts';
import type { LocalFolder } from './local-folder.ts';

/** What the weights are: a graph ready to run, or a checkpoint (*.safetensors) to build one from. */
export type ModelWeights =
  | { readonly kind: 'belt-graph' /** Absolute path. */; readonly graph: string }
  | { readonly kind: 'checkpoint' };

/** Finds the weights of a folder with this manifest. */
export async function findWeights(
  folder: LocalFolder,
  { graph, externalData }: Manifest,
): Promise<ModelWeights> {
  if (graph !== undefined) {
    for (const name of externalData) await folder.readablePath(besideGraph(graph, name));
    return { kind: 'belt-graph', graph: await folder.readablePath(graph) };
  }
  const checkpoint = await checkpointFiles(folder);
  await Promise.all(checkpoint.map((name) => folder.readablePath(name)));
  return { kind: 'checkpoint' };
}

const SINGLE_FILE = 'model.safetensors';
const SHARD_INDEX = 'model.safetensors.index.json';

/** Names of the files with the weights; whether the index is complete is for those who read the tensors. */
async function checkpointFiles(folder: LocalFolder): Promise<string[]> {
  if (folder.has(SHARD_INDEX)) {
    const index = (await readJson(folder, SHARD_INDEX)) as { weight_map?: object | null } | null;
    const shards = new Set(Object.values(index?.weight_map ?? {}));
    return [...shards].filter((name) => typeof name === 'string');
  }
  if (folder.has(SINGLE_FILE)) return [SINGLE_FILE];
  throw otherFormat(folder) ?? folder.missing(SINGLE_FILE);
}

/** Weights of a kind that people try, and what to do about each. */
const OTHER_FORMATS: readonly (readonly [suffix: RegExp, advice: string])[] = [
  [
    /\.(?:bin|pt|pth|ckpt)$/,
    'is a PyTorch checkpoint; convert it to safetensors, for instance by loading it with the transformers ' +
      'library and calling save_pretrained',
  ],
  [/\.gguf$/, 'is a GGUF file, which is not supported yet; get the safetensors checkpoint of the same model'],
  [
    /\.onnx$/,
    `is an ONNX graph without a ${MANIFEST_NAME} that names it; only belt-ready graphs made by @beltline/graph ` +
      'can be used, for others get the safetensors checkpoint of the same model',
  ],
];

function otherFormat(folder: LocalFolder): ModelsError | undefined {
  for (const [suffix, advice] of OTHER_FORMATS) {
    const name = folder.names.find((candidate) => suffix.test(candidate));
    if (name !== undefined) {
      return new ModelsError('UNSUPPORTED', folder.path, `"${name}" in ${folder.path} ${advice}`);
    }
  }
  return undefined;
}
