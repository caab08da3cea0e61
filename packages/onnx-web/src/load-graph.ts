import { BackendError } from '@beltline/backend';

/** A file: its bytes, or where to fetch them; a string is a URL, relative to the page. */
export type GraphFile = Uint8Array | URL | string;

/** A graph and its external data in memory. */
export interface GraphFiles {
  readonly graph: Uint8Array;
  /** By the location that the graph names. */
  readonly externalData: Readonly<Record<string, Uint8Array>>;
}

/** Fetches what is not there as bytes yet. @throws BackendError `LOAD_FAILED`. */
export async function loadGraphFiles(
  graph: GraphFile,
  externalData: Readonly<Record<string, GraphFile>>,
): Promise<GraphFiles> {
  const [bytes, ...parts] = await Promise.all([graph, ...Object.values(externalData)].map(loadFile));
  const names = Object.keys(externalData);
  return {
    graph: bytes!,
    externalData: Object.fromEntries(names.map((name, index) => [name, parts[index]!])),
  };
}

async function loadFile(file: GraphFile): Promise<Uint8Array> {
  if (file instanceof Uint8Array) return file;
  try {
    const response = await fetch(file);
    if (!response.ok) throw new Error(`the server answered ${response.status}`);
    return new Uint8Array(await response.arrayBuffer());
  } catch (cause) {
    throw new BackendError('LOAD_FAILED', `${file} could not be fetched: ${reasonOf(cause)}`, { cause });
  }
}

/** What went wrong, in words. */
export function reasonOf(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause);
}
