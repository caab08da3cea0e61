import { BackendError, type ModelShape } from '@beltline/backend';
import { type BeltGraphInfo, GraphError, readBeltGraph } from '@beltline/graph';

/**
 * Reads what an adapter must know of a graph.
 *
 * @param name what errors call the graph.
 * @throws BackendError `LOAD_FAILED` for bytes that are no ONNX file, `UNSUPPORTED` for one that is not belt-ready.
 */
export function readGraphInfo(graph: Uint8Array, name: string): BeltGraphInfo {
  try {
    return readBeltGraph(graph);
  } catch (cause) {
    if (!(cause instanceof GraphError)) throw cause;
    const code = cause.code === 'NOT_BELT_READY' ? 'UNSUPPORTED' : 'LOAD_FAILED';
    throw new BackendError(code, `${name} is no belt-ready graph: ${cause.message}`, { cause });
  }
}

/** The part of it that a language model shows. */
export function modelShapeOf(info: BeltGraphInfo): ModelShape {
  const { architecture, layers, kvHeads, headSize, vocabularySize, contextLength } = info;
  return { architecture, layers, kvHeads, headSize, vocabularySize, contextLength };
}
