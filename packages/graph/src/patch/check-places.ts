import { GraphError } from '../graph-error.ts';
import type { GraphProto } from '../onnx-messages.ts';

/**
 * Makes sure that external weights lie in files beside the graph.
 *
 * @throws {GraphError} `INVALID_GRAPH` for paths that lead elsewhere and for places that no file has.
 */
export function checkPlaces(graph: GraphProto): void {
  for (const { name, externalData } of graph.initializers) {
    for (const { key, value = '' } of externalData) {
      const valid =
        key === 'location'
          ? isBeside(value)
          : key !== 'offset' && key !== 'length'
            ? true
            : /^\d{1,15}$/.test(value);
      if (valid) continue;
      throw new GraphError(
        'INVALID_GRAPH',
        `Expected the weights "${name}" in a file beside the graph, but their ${key} is ${JSON.stringify(value)}.`,
        name === undefined ? {} : { subject: name },
      );
    }
  }
}

/** Neither absolute nor with a drive, nor above the folder. */
function isBeside(path: string): boolean {
  return path !== '' && !/^[\\/]|^[a-z]:/i.test(path) && !path.split(/[\\/]/).includes('..');
}
