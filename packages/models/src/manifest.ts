import { isAbsolute, join } from 'node:path';
import type { ModelFolder } from './model-folder.ts';
import { ModelsError } from './models-error.ts';

/** The file beside a model that says what only Beltline needs to know. */
export const MANIFEST_NAME = 'beltline.json';

const FORMATS = ['trained', 'instructions'] as const;

/**
 * How a model comes to write answers that can be decoded in parallel: it was `trained` on the format, or it
 * needs `instructions` in the prompt.
 */
export type ModelFormat = (typeof FORMATS)[number];

/** The content of beltline.json, with defaults filled in. */
export interface Manifest {
  /** Path of a belt-ready graph below the folder; undefined for a checkpoint. */
  readonly graph: string | undefined;
  readonly format: ModelFormat;
}

/** Reads and checks beltline.json; a folder without one is a checkpoint that needs instructions. */
export async function readManifest(folder: ModelFolder): Promise<Manifest> {
  const value = await folder.readJson(MANIFEST_NAME);
  if (value === undefined) return { graph: undefined, format: 'instructions' };
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw invalid(folder, 'must be an object', value);
  }
  const { graph, format = 'instructions', ...others } = value as Record<string, unknown>;
  const unknown = Object.keys(others);
  if (unknown.length > 0) throw invalid(folder, 'knows only "graph" and "format"', unknown);
  if (!isFormat(format)) throw invalid(folder, '"format" must be "trained" or "instructions"', format);
  if (graph !== undefined && !isPathBelow(graph)) {
    throw invalid(folder, '"graph" must be the path of a file below the folder', graph);
  }
  return { graph, format };
}

function isFormat(value: unknown): value is ModelFormat {
  return FORMATS.some((format) => format === value);
}

function isPathBelow(value: unknown): value is string {
  return (
    typeof value === 'string' && value !== '' && !isAbsolute(value) && !value.split(/[\\/]/).includes('..')
  );
}

function invalid(folder: ModelFolder, expected: string, found: unknown): ModelsError {
  const file = join(folder.path, MANIFEST_NAME);
  return new ModelsError('INVALID_MANIFEST', file, `${file} ${expected}, but found ${JSON.stringify(found)}`);
}
