import { stat } from 'node:fs/promises';
import { basename, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import * as tiny from '@beltline/model-tiny';
import { type ModelFormat, readManifest } from './folder/manifest.ts';
import { type ModelTexts, readModelTexts } from './folder/model-texts.ts';
import { ModelsError } from './folder/models-error.ts';
import { type LocalFolder, openLocalFolder } from './local-folder.ts';
import { findWeights, type ModelWeights } from './weights.ts';

/** Everything of a model but its weights, which are only located. */
export interface ModelFiles extends ModelTexts {
  /** The embedded name, or the name of the folder. */
  readonly name: string;
  readonly source: 'embedded' | 'folder';
  /** Absolute path of the folder with all files. */
  readonly folder: string;
  readonly weights: ModelWeights;
  readonly format: ModelFormat;
}

export interface ResolveOptions {
  /** Stops the reading; the promise then rejects with the signal's reason. */
  readonly signal?: AbortSignal;
}

const EMBEDDED: ReadonlyMap<string, URL> = new Map([[tiny.name, tiny.folder]]);

/** Names of the models that come with the package and need no files. */
export const EMBEDDED_MODELS: readonly string[] = [...EMBEDDED.keys()];

/** The embedded model that is used where none is named. */
export const DEFAULT_MODEL: string = tiny.name;

/**
 * Finds a model by its embedded name or the path of a local folder, and reads its JSON files.
 *
 * An embedded name wins over a folder of the same name; write `./tiny` for the folder.
 *
 * @throws ModelsError, see its codes; TypeError for an empty source.
 * @example
 * const files = await resolveModel('tiny');
 * files.weights; // { kind: 'belt-graph', graph: '/.../model.onnx' }
 */
export async function resolveModel(
  source: string = DEFAULT_MODEL,
  { signal }: ResolveOptions = {},
): Promise<ModelFiles> {
  signal?.throwIfAborted();
  if (typeof source !== 'string' || source.trim() === '') {
    throw new TypeError(`a model source must be a name or a path, got ${JSON.stringify(source)}`);
  }
  const embedded = EMBEDDED.get(source);
  if (embedded !== undefined) {
    const folder = await openLocalFolder(fileURLToPath(embedded), signal);
    return { name: source, source: 'embedded', ...(await readModel(folder)) };
  }
  const path = await findFolder(source);
  const folder = await openLocalFolder(path, signal);
  return { name: basename(path), source: 'folder', ...(await readModel(folder)) };
}

async function readModel(folder: LocalFolder): Promise<Omit<ModelFiles, 'name' | 'source'>> {
  const manifest = await readManifest(folder);
  const weights = await findWeights(folder, manifest);
  return { folder: folder.path, weights, format: manifest.format, ...(await readModelTexts(folder)) };
}

async function findFolder(source: string): Promise<string> {
  const path = resolve(source);
  const status = await stat(path).catch((cause: NodeJS.ErrnoException) => {
    if (cause.code === 'ENOENT' || cause.code === 'ENOTDIR') return undefined;
    throw new ModelsError('UNREADABLE_FILE', path, `cannot read ${path}: ${cause.message}`, { cause });
  });
  if (status?.isDirectory()) return path;
  if (status !== undefined) {
    throw notFound(source, `${path} is not a folder; pass the folder that holds the model's files`);
  }
  // Exactly owner/name, which neither ./name nor a deeper path is.
  if (/^\w[\w.-]*\/\w[\w.-]*$/.test(source)) {
    throw notFound(
      source,
      `"${source}" looks like a model of the Hugging Face hub, which is not supported yet, and there is no folder ` +
        `${path}; download the model's files into a folder and pass its path`,
    );
  }
  const names = EMBEDDED_MODELS.map((name) => `"${name}"`).join(', ');
  throw notFound(
    source,
    `there is no model "${source}": it is not an embedded model (${names}), and there is no folder ${path}`,
  );
}

function notFound(source: string, message: string): ModelsError {
  return new ModelsError('MODEL_NOT_FOUND', source, message);
}
