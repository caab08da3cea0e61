import { BackendError, type ModelShape } from '@beltline/backend';
import {
  type BeltGraphInfo,
  GraphError,
  readBeltGraph,
  type UnfuseAttentionOptions,
  unfuseAttention,
} from '@beltline/graph';

/**
 * Reads what an adapter must know of a graph.
 *
 * @param name what errors call the graph.
 * @throws BackendError `LOAD_FAILED` for bytes that are no ONNX file, `UNSUPPORTED` for one that is not belt-ready.
 */
export function readGraphInfo(graph: Uint8Array, name: string): BeltGraphInfo {
  return asBackendError(name, () => readBeltGraph(graph));
}

/**
 * Gives a graph the attention that {@link createOnnxEngine} runs: `unfuseAttention` with an adapter's errors.
 *
 * @param name what errors call the graph.
 * @throws BackendError `LOAD_FAILED` for bytes that are no ONNX file, `UNSUPPORTED` for other attention than a belt-ready graph's.
 */
export function unfuseGraph(graph: Uint8Array, name: string, options: UnfuseAttentionOptions): Uint8Array {
  return asBackendError(name, () => unfuseAttention(graph, options));
}

function asBackendError<T>(name: string, read: () => T): T {
  try {
    return read();
  } catch (cause) {
    if (!(cause instanceof GraphError)) throw cause;
    const code = ['NOT_BELT_READY', 'UNSUPPORTED_GRAPH'].includes(cause.code) ? 'UNSUPPORTED' : 'LOAD_FAILED';
    throw new BackendError(code, `${name} is no belt-ready graph: ${cause.message}`, { cause });
  }
}

/** The part of it that a language model shows. */
export function modelShapeOf(info: BeltGraphInfo): ModelShape {
  const { architecture, layers, kvHeads, headSize, vocabularySize, contextLength } = info;
  return { architecture, layers, kvHeads, headSize, vocabularySize, contextLength };
}
