import { readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { BackendError, createLanguageModel, type LanguageModel } from '@beltline/backend';
import { type BeltGraphInfo, overflowProbe } from '@beltline/graph';
import { createOnnxEngine, type GraphSession, readGraphInfo, unfuseGraph } from '@beltline/onnx-engine';
import type { InferenceSession, Tensor } from 'onnxruntime-node';
import { createNodeSession } from './node-session.ts';
import { importOnnxRuntime, type OnnxRuntime } from './onnx-runtime.ts';
import { byWidth, requireSameShape } from './sessions-by-width.ts';

export interface OnnxNodeModelOptions {
  /** Path of a belt-ready `.onnx` file, its external data beside it, not behind links; or the file's bytes. */
  readonly graph: string | Uint8Array;
  /**
   * Path of a second graph of the same model, its external data beside it, which runs the passes of 8 tokens and more: one in
   * `w8a8` for a first in int4 or int8, built from `roundedTensors` (see `@beltline/graph`).
   */
  readonly wideGraph?: string;
  /** External data of a graph that is given as bytes, by the location that the graph names. */
  readonly externalData?: Readonly<Record<string, Uint8Array>>;
  /** Folder with the external data of a graph that is given as bytes, by the locations that the graph names. */
  readonly externalFolder?: string;
  /** Threads of one forward pass, at least 1; default: what onnxruntime finds fit for the machine. */
  readonly threads?: number;
  /** The module `onnxruntime-node`; default: the installed one. */
  readonly onnxruntime?: OnnxRuntime;
}

/** How one graph is loaded. */
type GraphOptions = Omit<OnnxNodeModelOptions, 'wideGraph' | 'onnxruntime'>;

/**
 * Loads a belt-ready graph (see `@beltline/graph`) into onnxruntime-node.
 *
 * @throws RangeError if `threads` is not a positive integer.
 * @throws BackendError `LOAD_FAILED` for files that are missing, truncated or corrupt, `UNSUPPORTED` for an ONNX
 * file that is not belt-ready, `cause` holds what was found; and `UNSUPPORTED` for a `wideGraph` of another shape.
 *
 * @example
 * const model = await createOnnxNodeModel({ graph: 'belt/model.onnx', threads: 2 });
 */
export async function createOnnxNodeModel(options: OnnxNodeModelOptions): Promise<LanguageModel> {
  const { wideGraph, ...given } = options;
  const { graph, threads } = given;
  if (threads !== undefined && !(Number.isInteger(threads) && threads > 0)) {
    throw new RangeError(`threads must be a positive integer, got ${threads}`);
  }
  const narrow = await readGraph(graph);
  const wide = wideGraph === undefined ? undefined : await readGraph(wideGraph);
  if (wide) requireSameShape(narrow.info, wide.info);
  const runtime = options.onnxruntime ?? (await importOnnxRuntime());
  const session = await openSession(runtime, narrow, given);
  if (wide === undefined) return createModel(session, narrow.info);
  try {
    const settings = { graph: wideGraph!, ...(threads !== undefined && { threads }) };
    const wideSession = await openSession(runtime, wide, settings);
    return createModel(byWidth(session, wideSession), narrow.info, wide.info.precision);
  } catch (error) {
    await session.release();
    throw error;
  }
}

/** @param widePrecision that of the session's wide passes. */
function createModel(
  session: GraphSession<Tensor>,
  info: BeltGraphInfo,
  widePrecision = info.precision,
): LanguageModel {
  const differs = widePrecision !== info.precision;
  return createLanguageModel(
    createOnnxEngine(session, info, { device: 'cpu', ...(differs && { widePrecision }) }),
  );
}

/** A graph before it is loaded. */
interface ReadGraph {
  readonly bytes: Uint8Array;
  readonly info: BeltGraphInfo;
}

async function readGraph(graph: string | Uint8Array): Promise<ReadGraph> {
  const bytes = typeof graph === 'string' ? await readGraphFile(graph) : graph;
  const info = readGraphInfo(bytes, nameOf(graph));
  return { bytes: unfuseGraph(bytes, nameOf(graph), { cache: 'in-place' }), info };
}

async function openSession(
  runtime: OnnxRuntime,
  { bytes, info }: ReadGraph,
  options: GraphOptions,
): Promise<GraphSession<Tensor>> {
  const exact = info.precision === 'w8a8' && (await overflows(runtime)) ? exactIntegers : {};
  return createNodeSession(runtime, await createSession(runtime, bytes, options, exact));
}

async function readGraphFile(path: string): Promise<Uint8Array> {
  try {
    return await readFile(path);
  } catch (cause) {
    throw new BackendError('LOAD_FAILED', `${path} could not be read: does the file exist?`, { cause });
  }
}

async function createSession(
  { InferenceSession }: OnnxRuntime,
  bytes: Uint8Array,
  { graph, externalData = {}, externalFolder, threads }: GraphOptions,
  settings: Readonly<Record<string, string>>,
): Promise<InferenceSession> {
  const folder = typeof graph === 'string' ? dirname(graph) : externalFolder;
  const sessionOptions: InferenceSession.SessionOptions = {
    executionProviders: ['cpu'],
    interOpNumThreads: 1,
    // Patterns are kept per input shape, and every step of a growing cache has another: memory would only grow.
    enableMemPattern: false,
    externalData: Object.entries(externalData).map(([path, data]) => ({ path, data })),
    ...(threads === undefined ? {} : { intraOpNumThreads: threads }),
    extra: { session: { ...restingThreads, ...settings, ...(folder && externalFolderOption(folder)) } },
  };
  try {
    return await InferenceSession.create(bytes, sessionOptions);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    const advice = /escapes/.test(reason)
      ? 'Weights behind links that lead out of the folder are not read: put the files themselves there.'
      : 'Are the graph and its external data complete?';
    throw new BackendError(
      'LOAD_FAILED',
      `onnxruntime could not load ${nameOf(graph)}: ${reason}. ${advice}`,
      { cause },
    );
  }
}

/**
 * Threads that have nothing to do wait awake for this long: through the gaps within a pass, and no longer. The runtime's own
 * default keeps a core busy for tens of milliseconds after every pass, from which all other work on the machine suffers.
 */
const restingThreads = { intra_op: { spin_duration_us: '300' } };

/** Whether this processor adds products of 8-bit integers in 16 bits. Asked, for not even its name would tell it everywhere. */
async function overflows({ InferenceSession, Tensor }: OnnxRuntime): Promise<boolean> {
  const { bytes, codes, sum } = overflowProbe();
  try {
    const session = await InferenceSession.create(bytes, {
      executionProviders: ['cpu'],
      intraOpNumThreads: 1,
    });
    const { sums } = await session.run({ codes: new Tensor('uint8', codes, [1, codes.length]) });
    await session.release();
    return sums!.data[0] !== sum;
  } catch {
    // What is wrong with the runtime shows when it gets the model.
    return true;
  }
}

/** Slower products that do not overflow. Where none would, this still costs those with AMX (onnxruntime 1.30). */
const exactIntegers = { x64quantprecision: '1' };

/** The runtime looks for files beside the graph, and bytes are beside nothing. */
function externalFolderOption(folder: string) {
  return { model_external_initializers_file_folder_path: folder };
}

function nameOf(graph: string | Uint8Array): string {
  return typeof graph === 'string' ? graph : `the graph of ${graph.byteLength} bytes`;
}
