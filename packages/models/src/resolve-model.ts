import { stat } from 'node:fs/promises';
import { basename, dirname, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import * as tiny from '@beltline/model-tiny';
import { formatHubSource, type HubSource, isGguf, parseHubSource } from './folder/hub-source.ts';
import { type ModelFormat, readManifest } from './folder/manifest.ts';
import { type ModelTexts, readModelTexts } from './folder/model-texts.ts';
import { ModelsError } from './folder/models-error.ts';
import { pullModel } from './hub/pull-model.ts';
import type { PullOptions } from './hub/pull-options.ts';
import { type LocalFolder, openLocalFolder } from './local-folder.ts';
import { findWeights, type ModelWeights } from './weights.ts';

/** Where a model comes from, as it was named. */
export type ModelSource =
  | { readonly kind: 'embedded'; readonly name: string }
  | { readonly kind: 'path'; readonly path: string }
  | HubSource;

/** Everything of a model but its weights, which are only located. */
export interface ModelFiles extends ModelTexts {
  /** The embedded name, the name on the hub, or that of the folder or file. */
  readonly name: string;
  readonly source: ModelSource['kind'];
  /** Absolute path of the folder with all files. */
  readonly folder: string;
  readonly weights: ModelWeights;
  readonly format: ModelFormat;
}

/** `precision` and `toBuild` also choose among the weights of a folder; the others are for models of the hub. */
export interface ResolveOptions extends PullOptions {}

const EMBEDDED: ReadonlyMap<string, URL> = new Map([[tiny.name, tiny.folder]]);

/** Names of the models that come with the package and need no files. */
export const EMBEDDED_MODELS: readonly string[] = [...EMBEDDED.keys()];

/** The embedded model that is used where none is named. */
export const DEFAULT_MODEL: string = tiny.name;

/**
 * Finds a model by its embedded name, the path of a local folder or GGUF file, or its name on the Hugging Face hub, from
 * where it is downloaded if it is not in the cache; and reads its JSON files.
 *
 * An embedded name wins over a folder of the same name, and a folder over a model of the hub: `./tiny` and
 * `hf:owner/name` say it for sure.
 *
 * @throws ModelsError, see its codes; TypeError for an empty source.
 * @example
 * const files = await resolveModel('hf:HuggingFaceTB/SmolLM2-135M-Instruct', { precision: 'int4' });
 * files.weights; // { kind: 'exported-graph', graph: '/.../onnx/model_q4.onnx', externalData: [] }
 */
export async function resolveModel(
  source: string = DEFAULT_MODEL,
  options: ResolveOptions = {},
): Promise<ModelFiles> {
  const found = await findSource(source, options);
  switch (found.kind) {
    case 'embedded':
      return {
        name: found.name,
        source: found.kind,
        ...(await readModel(embeddedFolder(found.name), options)),
      };
    case 'path':
      return { name: basename(found.path), source: found.kind, ...(await readModel(found.path, options)) };
    case 'hub':
      return { name: formatHubSource(found), source: found.kind, ...(await readHubModel(found, options)) };
    default:
      return found satisfies never;
  }
}

/**
 * Tells where a model comes from, without network: whether the hub has it is not known by then.
 *
 * @throws ModelsError `MODEL_NOT_FOUND` if it can be neither, `UNREADABLE_FILE`; TypeError for an empty source.
 */
export async function findSource(
  source: string,
  { signal }: { readonly signal?: AbortSignal } = {},
): Promise<ModelSource> {
  signal?.throwIfAborted();
  if (typeof source !== 'string' || source.trim() === '') {
    throw new TypeError(`a model source must be a name or a path, got ${JSON.stringify(source)}`);
  }
  if (EMBEDDED.has(source)) return { kind: 'embedded', name: source };
  const hub = parseHubSource(source);
  if (source.startsWith('hf:')) {
    if (hub !== undefined) return hub;
    throw notFound(
      source,
      `"${source}" is no name on the hub; it must be hf:owner/name, hf:owner/name@revision, or hf:owner/name/file.gguf`,
    );
  }
  const path = resolve(source);
  const status = await stat(path).catch((cause: NodeJS.ErrnoException) => {
    if (cause.code === 'ENOENT' || cause.code === 'ENOTDIR') return undefined;
    throw new ModelsError('UNREADABLE_FILE', path, `cannot read ${path}: ${cause.message}`, { cause });
  });
  if (status?.isDirectory() || (status?.isFile() && isGguf(path))) return { kind: 'path', path };
  if (status !== undefined) {
    throw notFound(
      source,
      `${path} is neither a folder nor a GGUF file; pass the folder that holds the model's files`,
    );
  }
  if (hub !== undefined) return hub;
  const names = EMBEDDED_MODELS.map((name) => `"${name}"`).join(', ');
  throw notFound(
    source,
    `there is no model "${source}": it is not an embedded model (${names}), there is no folder or GGUF file ${path}, ` +
      'and names on the Hugging Face hub have the form owner/name',
  );
}

/** Absolute path of an embedded model's folder. */
export function embeddedFolder(name: string): string {
  return fileURLToPath(EMBEDDED.get(name)!);
}

type ReadModel = Omit<ModelFiles, 'name' | 'source'>;

/** Reads a folder, or finds a GGUF file, which holds all texts itself. `only` are the names in the folder that count. */
async function readModel(
  path: string,
  { signal, precision, toBuild = false }: ResolveOptions,
  only?: readonly string[],
): Promise<ReadModel> {
  if (isGguf(path) && (await stat(path)).isFile()) return readGguf(path, signal);
  const folder = await openLocalFolder(path, signal, only);
  const manifest = await readManifest(folder);
  const weights = await findWeights(folder, manifest, { ...(precision && { precision }), toBuild });
  const texts = weights.kind === 'gguf' ? NO_TEXTS : await readModelTexts(folder);
  return { folder: path, weights, format: manifest.format, ...texts };
}

async function readGguf(path: string, signal: AbortSignal | undefined): Promise<ReadModel> {
  const folder: LocalFolder = await openLocalFolder(dirname(path), signal);
  const file = await folder.readablePath(basename(path));
  return { folder: folder.path, weights: { kind: 'gguf', file }, format: 'instructions', ...NO_TEXTS };
}

const NO_TEXTS: ModelTexts = {
  config: undefined,
  tokenizer: undefined,
  tokenizerConfig: undefined,
  generationConfig: undefined,
  chatTemplate: undefined,
};

/** Other files that lie in the cache, of other precisions perhaps and not whole, do not count. */
async function readHubModel(source: HubSource, options: ResolveOptions): Promise<ReadModel> {
  const { folder, files } = await pullModel(source, options);
  if (source.path !== undefined && isGguf(source.path)) return readModel(files[0]!, options);
  const names = files.map((file) => relative(folder, file).replaceAll('\\', '/'));
  return readModel(folder, options, names);
}

function notFound(source: string, message: string): ModelsError {
  return new ModelsError('MODEL_NOT_FOUND', source, message);
}
