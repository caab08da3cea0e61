import { basename } from 'node:path';
import type { BeltGraph } from '../build-belt-graph.ts';
import { readGraphOutline } from '../patch/graph-outline.ts';
import { type GraphReport, inspectGraph } from '../patch/inspect-graph.ts';
import { type PatchGraphOptions, patchGraph } from '../patch/patch-graph.ts';
import { openFileSource } from './file-source.ts';

/**
 * Makes a graph of another exporter belt-ready without reading its weights: the result names the files that they lie in, the
 * graph's own file too, relative to its folder.
 *
 * @throws {GraphError} as {@link patchGraph}, and `UNREADABLE_FILE`; the signal's reason when aborted.
 * @example
 * const { info, parts } = await patchGraphFile('onnx/model_q4.onnx', { config });
 */
export async function patchGraphFile(
  path: string,
  options: PatchGraphOptions & { readonly signal?: AbortSignal } = {},
): Promise<BeltGraph> {
  const { signal, ...patch } = options;
  return patchGraph(await readOutlineOf(path, signal), patch);
}

/**
 * Says what a graph of the file system is, as {@link inspectGraph}, without reading its weights.
 *
 * @throws {GraphError} `INVALID_PROTOBUF`, `UNREADABLE_FILE`; the signal's reason when aborted.
 */
export async function inspectGraphFile(
  path: string,
  options: PatchGraphOptions & { readonly signal?: AbortSignal } = {},
): Promise<GraphReport> {
  const { signal, ...patch } = options;
  return inspectGraph(await readOutlineOf(path, signal), patch);
}

async function readOutlineOf(path: string, signal?: AbortSignal): Promise<Uint8Array> {
  signal?.throwIfAborted();
  const file = await openFileSource(path);
  try {
    const read: typeof file.read = (offset, length) => {
      signal?.throwIfAborted();
      return file.read(offset, length);
    };
    return await readGraphOutline({ ...file, read }, basename(path));
  } finally {
    await file.close();
  }
}
