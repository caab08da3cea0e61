import { locateJsonError } from './json-error.ts';
import { ModelsError } from './models-error.ts';

/** The files of one model, wherever they lie. */
export interface ModelFolder {
  /** Where a file of the folder lies, or would lie: its path or URL. */
  pathOf(name: string): string;
  /** Text; undefined where the file is missing. */
  readText(name: string): Promise<string | undefined>;
  /** The error for a file that must be there. */
  missing(name: string): ModelsError;
}

/** Parsed JSON of a file; undefined where it is missing. @throws ModelsError `INVALID_JSON`. */
export async function readJson(folder: ModelFolder, name: string): Promise<unknown> {
  const text = await folder.readText(name);
  if (text === undefined) return undefined;
  try {
    return JSON.parse(text);
  } catch (cause) {
    const file = folder.pathOf(name);
    const { line, column } = locateJsonError(text);
    const reason = text === '' ? 'the file is empty' : (cause as Error).message;
    const message = `${file} is not valid JSON at line ${line}, column ${column}: ${reason}; get the file anew`;
    throw new ModelsError('INVALID_JSON', file, message, { cause });
  }
}
