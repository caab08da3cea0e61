import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { patchGraph } from '../src/index.ts';
import { type BeltSession, openBeltSession } from './belt-session.ts';

/** A graph of another exporter in fixtures/exports, with what says how its tokens are. */
export interface ExportedGraph {
  readonly folder: string;
  readonly path: string;
  readonly config: unknown;
  /** The graph in the place of the one in the file. */
  readonly bytes?: Uint8Array;
}

export async function findExport(name: string, file = 'model.onnx'): Promise<ExportedGraph> {
  const folder = fileURLToPath(new URL(`../../../fixtures/exports/${name}`, import.meta.url));
  const read = async (config: string) => JSON.parse(await readFile(`${folder}/${config}`, 'utf8'));
  const config = name.startsWith('genai')
    ? (await read('genai_config.json')).model
    : await read('config.json');
  return { folder, path: `${folder}/${file}`, config };
}

/** Patches a graph and opens it, its weights where they lie. */
export async function openPatched({ folder, path, config }: ExportedGraph): Promise<BeltSession> {
  const { parts } = patchGraph(await readFile(path), { config });
  return openBeltSession(Buffer.concat(parts), 64, undefined, folder);
}

/** Logits of a whole text from the graph as it came, in one pass behind an empty cache. */
export async function originalLogits(
  { path, folder, bytes, config }: ExportedGraph,
  tokens: readonly number[],
): Promise<Float32Array[]> {
  const options = {
    logSeverityLevel: 4 as const,
    extra: { session: { model_external_initializers_file_folder_path: folder } },
  };
  const session = await InferenceSession.create(bytes ?? (await readFile(path)), options);
  const integers = (values: readonly number[]) =>
    new Tensor('int64', BigInt64Array.from(values, BigInt), [1, values.length]);
  const feeds: Record<string, Tensor> = {};
  for (const input of session.inputMetadata) {
    if (!input.isTensor) continue;
    if (input.name === 'input_ids') feeds[input.name] = integers(tokens);
    else if (input.name === 'attention_mask') feeds[input.name] = integers(tokens.map(() => 1));
    else if (input.name === 'position_ids') feeds[input.name] = integers(tokens.map((_, i) => i));
    else {
      const [, kvHeads, , size] = input.shape;
      const { head_dim, decoder } = config as { head_dim?: number; decoder?: { head_size: number } };
      const headSize = typeof size === 'number' ? size : (head_dim ?? decoder!.head_size);
      feeds[input.name] = new Tensor('float32', new Float32Array(0), [1, kvHeads as number, 0, headSize]);
    }
  }
  const { logits } = await session.run(feeds);
  await session.release();
  const [values, width] = [logits!.data as Float32Array, logits!.dims[2]!];
  return tokens.map((_, row) => values.slice(row * width, (row + 1) * width));
}
