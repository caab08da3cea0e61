import { join } from 'node:path';
import { checkpointFiles } from '../folder/checkpoint-files.ts';
import { CHECKPOINT_INDEX, chooseWeights, finished, GENAI_CONFIG } from '../folder/choose-weights.ts';
import { formatHubSource, type HubSource, isGguf } from '../folder/hub-source.ts';
import { besideGraph, MANIFEST_NAME, readManifest } from '../folder/manifest.ts';
import { TEXT_FILES } from '../folder/model-texts.ts';
import { ModelsError } from '../folder/models-error.ts';
import type { ModelPrecision } from '../folder/precision.ts';
import { openLocalFolder } from '../local-folder.ts';

export interface PlanOptions {
  readonly source: HubSource;
  /** Absolute path of the snapshot. */
  readonly snapshot: string;
  readonly precision: ModelPrecision | undefined;
  readonly toBuild: boolean | undefined;
  /** Gets a small file, on which the others depend, into the snapshot. */
  readonly fetchText: (path: string) => Promise<void>;
  readonly signal: AbortSignal | undefined;
}

/**
 * The files that a model needs, of all those of its repository: its texts, and its weights in one precision.
 *
 * @param paths of all files, below the repository's root; those that are returned are some of them.
 * @throws ModelsError if the repository holds no model, or none that can be used, before anything large is fetched.
 */
export async function planFiles(paths: readonly string[], options: PlanOptions): Promise<string[]> {
  const { source, precision, toBuild } = options;
  if (source.path !== undefined && isGguf(source.path)) {
    if (paths.includes(source.path)) return [source.path];
    throw missing(source, source.path, paths.filter(isGguf));
  }
  const prefix = source.path === undefined ? '' : `${source.path}/`;
  const names = paths.filter((path) => path.startsWith(prefix)).map((path) => path.slice(prefix.length));
  if (names.length === 0) throw missing(source, source.path ?? 'files', paths);
  const texts = [MANIFEST_NAME, ...TEXT_FILES].filter((name) => names.includes(name));
  const weights = (await manifestFiles(names, prefix, options)) ?? chooseWeights(names, precision, toBuild);
  if (weights === undefined) throw unsupported(source, names, options);
  const chosen = Array.isArray(weights) ? weights : await filesOf(weights, prefix, options);
  if (!chosen.some(isGguf)) requireTexts(source, names);
  const absent = chosen.find((name) => !names.includes(name));
  if (absent !== undefined) throw missing(source, prefix + absent, paths);
  return [...new Set([...texts, ...chosen])].map((name) => prefix + name);
}

/** The graph that beltline.json names, with its data; undefined where it names none. */
async function manifestFiles(
  names: readonly string[],
  prefix: string,
  { snapshot, fetchText, signal }: PlanOptions,
): Promise<string[] | undefined> {
  if (!names.includes(MANIFEST_NAME)) return undefined;
  await fetchText(prefix + MANIFEST_NAME);
  const { graph, externalData } = await readManifest(await openLocalFolder(join(snapshot, prefix), signal));
  return graph === undefined ? undefined : [graph, ...externalData.map((name) => besideGraph(graph, name))];
}

async function filesOf(
  weights: NonNullable<ReturnType<typeof chooseWeights>>,
  prefix: string,
  { snapshot, fetchText, signal }: PlanOptions,
): Promise<string[]> {
  switch (weights.kind) {
    case 'exported-graph':
      return [weights.graph, ...weights.externalData];
    case 'gguf':
      return [weights.file];
    case 'checkpoint': {
      if (weights.file !== CHECKPOINT_INDEX) return [weights.file];
      await fetchText(prefix + weights.file);
      const folder = await openLocalFolder(join(snapshot, prefix), signal);
      return [weights.file, ...(await checkpointFiles(folder, weights))];
    }
    default:
      return weights satisfies never;
  }
}

function requireTexts(source: HubSource, names: readonly string[]): void {
  if (!names.includes('tokenizer.json')) throw missing(source, 'tokenizer.json', names);
  if (!names.includes('config.json') && !names.includes(GENAI_CONFIG))
    throw missing(source, 'config.json', names);
}

function missing(source: HubSource, path: string, present: readonly string[]): ModelsError {
  const some = present.slice(0, 12).join(', ');
  const list =
    present.length > 12 ? `${some} and ${present.length - 12} more` : some || 'nothing of the kind';
  const message = `"${path}" is missing in "${formatHubSource(source)}", which holds ${list}`;
  return new ModelsError('MISSING_FILE', path, message);
}

function unsupported(
  source: HubSource,
  names: readonly string[],
  { precision, toBuild }: Pick<PlanOptions, 'precision' | 'toBuild'>,
): ModelsError {
  const name = formatHubSource(source);
  const weights = names.filter((file) => /\.(?:onnx|gguf|safetensors|bin|pt|pth)$/.test(file));
  const list = weights.slice(0, 12).join(', ') || 'none';
  const message =
    toBuild && chooseWeights(names, precision)
      ? `the weights of "${name}" ${finished}`
      : precision !== undefined && chooseWeights(names, undefined)
        ? `"${name}" has no weights that come in ${precision} or can be turned into it; leave the precision out, or choose another`
        : `"${name}" has no weights that can be used: safetensors, an ONNX graph of a decoder, or GGUF; for a GGUF file of ` +
          `an unknown quantization name the file itself, as in "${name}/model.gguf"`;
  return new ModelsError('UNSUPPORTED', name, `${message} (found: ${list})`);
}
