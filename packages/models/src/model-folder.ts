import { access, constants, readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { locateJsonError } from './json-error.ts';
import { ModelsError } from './models-error.ts';

/** The files of one folder, read with errors that say which file failed and why. */
export interface ModelFolder {
  /** Absolute. */
  readonly path: string;
  /** Names of what lies in the folder, sorted. */
  readonly names: readonly string[];
  has(name: string): boolean;
  /** Parsed JSON; undefined where the file is missing. */
  readJson(name: string): Promise<unknown>;
  /** Text; undefined where the file is missing. */
  readText(name: string): Promise<string | undefined>;
  /** Absolute path of a file, which may lie deeper, once it is known to be one that can be read. */
  readablePath(name: string): Promise<string>;
  /** The error for a file that must be there. */
  missing(name: string): ModelsError;
}

/** Lists a folder. Reading stops with the signal's reason when it aborts. */
export async function openModelFolder(path: string, signal?: AbortSignal): Promise<ModelFolder> {
  signal?.throwIfAborted();
  const names = await readdir(path).then(
    (entries) => entries.sort(),
    (cause) => {
      throw unreadable(path, cause);
    },
  );
  const folder: ModelFolder = {
    path,
    names,
    has: (name) => names.includes(name),
    async readText(name) {
      if (!folder.has(name)) return undefined;
      const file = join(path, name);
      try {
        return await readFile(file, { encoding: 'utf8', ...(signal && { signal }) });
      } catch (cause) {
        signal?.throwIfAborted();
        throw unreadable(file, cause);
      }
    },
    async readJson(name) {
      const text = await folder.readText(name);
      return text === undefined ? undefined : parseJson(text, join(path, name));
    },
    async readablePath(name) {
      signal?.throwIfAborted();
      const file = join(path, name);
      const status = await stat(file).catch((cause) => {
        throw cause.code === 'ENOENT' ? folder.missing(name) : unreadable(file, cause);
      });
      if (!status.isFile()) throw unreadable(file, 'it is not a file');
      await access(file, constants.R_OK).catch((cause) => {
        throw unreadable(file, cause);
      });
      return file;
    },
    missing: (name) =>
      new ModelsError(
        'MISSING_FILE',
        join(path, name),
        `"${name}" is missing in ${path}, which holds ${names.join(', ') || 'nothing'}; ` +
          'a model folder needs config.json, tokenizer.json and model.safetensors, or a graph that beltline.json names',
      ),
  };
  return folder;
}

function parseJson(text: string, file: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    const { line, column } = locateJsonError(text);
    const reason = text === '' ? 'the file is empty' : (cause as Error).message;
    const message = `${file} is not valid JSON at line ${line}, column ${column}: ${reason}; get the file anew`;
    throw new ModelsError('INVALID_JSON', file, message, { cause });
  }
}

function unreadable(path: string, cause: unknown): ModelsError {
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new ModelsError('UNREADABLE_FILE', path, `cannot read ${path}: ${reason}`, { cause });
}
