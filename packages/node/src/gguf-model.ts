import {
  type GgufFile,
  type GgufTokenizer,
  openGguf,
  readGgufCheckpoint,
  readGgufTokenizer,
} from '@beltline/gguf';
import type { BuildProgress, Precision } from '@beltline/graph';
import { openFileSource, writeGraphFiles } from '@beltline/graph/node';

/** The tokenizer that a GGUF file carries. */
export async function readTokenizerOfGguf(path: string, signal?: AbortSignal): Promise<GgufTokenizer> {
  return withGguf(path, signal, async (file) => readGgufTokenizer(file));
}

export interface BuildGgufOptions {
  /** Default: quantized matrices keep their blocks. */
  readonly precision?: Precision | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress: (progress: BuildProgress) => void;
}

/** Builds the graph of a GGUF file into the folder `output`. */
export async function buildGraphOfGguf(
  path: string,
  output: string,
  { precision, signal, onProgress }: BuildGgufOptions,
): Promise<void> {
  await withGguf(path, signal, async (file) => {
    const checkpoint = await readGgufCheckpoint(file, precision && { precision });
    await writeGraphFiles(output, { ...checkpoint, onProgress, ...(signal && { signal }) });
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
