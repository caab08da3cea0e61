import {
  type GgufFile,
  type GgufTokenizer,
  openGguf,
  readGgufCheckpoint,
  readGgufTokenizer,
} from '@beltline/gguf';
import type { Precision } from '@beltline/graph';
import { openFileSource } from '@beltline/graph/node';
import { type Building, buildGraph } from './built-graph.ts';

/** The tokenizer that a GGUF file carries. */
export async function readTokenizerOfGguf(path: string, signal?: AbortSignal): Promise<GgufTokenizer> {
  return withGguf(path, signal, async (file) => readGgufTokenizer(file));
}

export interface BuildGgufOptions extends Building {
  /** Default: quantized matrices keep their blocks. */
  readonly precision: Precision | undefined;
}

/** Builds the graph of a GGUF file into the folder `output`. */
export async function buildGraphOfGguf(
  path: string,
  output: string,
  { precision, ...building }: BuildGgufOptions,
): Promise<void> {
  await withGguf(path, building.signal, async (file) => {
    await buildGraph(output, await readGgufCheckpoint(file, precision && { precision }), building);
  });
}

/** Opens a GGUF file for as long as it is used. */
export async function withGguf<Result>(
  path: string,
  signal: AbortSignal | undefined,
  use: (file: GgufFile) => Promise<Result>,
): Promise<Result> {
  const source = await openFileSource(path);
  try {
    return await use(await openGguf(source, signal));
  } finally {
    await source.close();
  }
}
