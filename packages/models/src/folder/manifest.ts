import { type ModelFolder, readJson } from './model-folder.ts';
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
  /** Files beside the graph that hold its weights, by the names that the graph uses. */
  readonly externalData: readonly string[];
  readonly format: ModelFormat;
}

/**
 * Reads and checks beltline.json; a folder without one is a checkpoint that needs instructions.
 *
 * @throws ModelsError `INVALID_JSON` or `INVALID_MANIFEST`, and as the folder does.
 */
export async function readManifest(folder: ModelFolder): Promise<Manifest> {
  const value = await readJson(folder, MANIFEST_NAME);
  if (value === undefined) return { graph: undefined, externalData: [], format: 'instructions' };
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw invalid(folder, 'must be an object', value);
  }
  const { graph, externalData = [], format = 'instructions', ...others } = value as Record<string, unknown>;
  const unknown = Object.keys(others);
  if (unknown.length > 0) {
    throw invalid(folder, 'knows only "graph", "externalData" and "format"', unknown);
  }
  if (!isFormat(format)) throw invalid(folder, '"format" must be "trained" or "instructions"', format);
  if (graph !== undefined && !isPathBelow(graph)) {
    throw invalid(folder, '"graph" must be the path of a file below the folder', graph);
  }
  if (!Array.isArray(externalData) || !externalData.every(isPathBelow)) {
    throw invalid(folder, '"externalData" must be a list of files beside the graph', externalData);
  }
  if (graph === undefined && externalData.length > 0) {
    throw invalid(folder, '"externalData" belongs to a "graph"', externalData);
  }
  return { graph, externalData, format };
}

/** Path of a file that the graph names, below the same folder as the graph's own. */
export function besideGraph(graph: string, name: string): string {
  return graph.replace(/[^\\/]*$/, () => name);
}

function isFormat(value: unknown): value is ModelFormat {
  return FORMATS.some((format) => format === value);
}

/** Neither absolute, nor a URL or with a drive, nor above the folder. */
function isPathBelow(value: unknown): value is string {
  return (
    typeof value === 'string' &&
    value !== '' &&
    !/^(?:[\\/]|[a-z][a-z\d+.-]*:)/i.test(value) &&
    !value.split(/[\\/]/).includes('..')
  );
}

function invalid(folder: ModelFolder, expected: string, found: unknown): ModelsError {
  const file = folder.pathOf(MANIFEST_NAME);
  return new ModelsError('INVALID_MANIFEST', file, `${file} ${expected}, but found ${JSON.stringify(found)}`);
}
