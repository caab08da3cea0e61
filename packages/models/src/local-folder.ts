import { access, constants, readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { ModelFolder } from './folder/model-folder.ts';
import { ModelsError } from './folder/models-error.ts';

/** A folder of the file system, read with errors that say which file failed and why. */
export interface LocalFolder extends ModelFolder {
  /** Absolute. */
  readonly path: string;
  /** Names of what lies in the folder, sorted, and of what lies in `onnx`, where exporters put their graphs. */
  readonly names: readonly string[];
  has(name: string): boolean;
  /** Absolute path of a file, which may lie deeper, once it is known to be one that can be read. */
  readablePath(name: string): Promise<string>;
}

/**
 * Lists a folder. Reading stops with the signal's reason when it aborts.
 *
 * @param only names to take for all that is in it; default what there is.
 */
export async function openLocalFolder(
  path: string,
  signal?: AbortSignal,
  only?: readonly string[],
): Promise<LocalFolder> {
  signal?.throwIfAborted();
  const names = only ?? (await listFolder(path));
  const folder: LocalFolder = {
    path,
    names,
    pathOf: (name) => join(path, name),
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
          'a model folder needs config.json, tokenizer.json, and weights: model.safetensors, an ONNX graph or a GGUF file',
      ),
  };
  return folder;
}

async function listFolder(path: string): Promise<string[]> {
  const names = await readdir(path).catch((cause) => {
    throw unreadable(path, cause);
  });
  const graphs = await readdir(join(path, 'onnx')).catch(() => []);
  return [...names, ...graphs.map((name) => `onnx/${name}`)].sort();
}

function unreadable(path: string, cause: unknown): ModelsError {
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new ModelsError('UNREADABLE_FILE', path, `cannot read ${path}: ${reason}`, { cause });
}
