import { GraphError } from './graph-error.ts';

/** Where a tensor's bytes ended up. */
export type StoredBytes =
  | { readonly kind: 'inline'; readonly bytes: Uint8Array }
  | {
      readonly kind: 'external';
      readonly location: string;
      readonly offset: number;
      readonly byteLength: number;
    };

/** Takes weights piece by piece while a graph is built. */
export interface WeightSink {
  /** Stores one tensor of `byteLength` bytes, given in order. */
  store(byteLength: number, pieces: AsyncIterable<Uint8Array>): Promise<StoredBytes>;
}

/** Protobuf's limit for one message, less room for the graph itself. */
const maxInlineBytes = 2 ** 31 - 2 ** 24;

/**
 * Keeps all weights in memory, for a model that is one file.
 *
 * @throws {GraphError} `GRAPH_TOO_LARGE`, from `store`, when they come near protobuf's 2 GiB.
 */
export function inlineWeights(): WeightSink {
  let total = 0;
  return {
    async store(byteLength, pieces) {
      total += byteLength;
      if (total > maxInlineBytes) {
        throw new GraphError(
          'GRAPH_TOO_LARGE',
          `One file can hold ${maxInlineBytes} bytes of weights, and this model has more. ` +
            'Store them as external data, or choose a smaller precision.',
        );
      }
      return { kind: 'inline', bytes: await collect(byteLength, pieces) };
    },
  };
}

export interface ExternalWeightsOptions {
  /** The data file's name, relative to the model file. */
  readonly location: string;
  /** Appends bytes to the data file; it is called again only when its promise has resolved. */
  append(bytes: Uint8Array): Promise<void>;
}

/** Tensors start at page boundaries, so that a runtime can map the file. */
const alignment = 4096;

/** Tensors smaller than this stay in the model file. */
const minExternalBytes = 1024;

/** Appends weights to a data file beside the model; small tensors stay in the model. */
export function externalWeights(options: ExternalWeightsOptions): WeightSink {
  let end = 0;
  return {
    async store(byteLength, pieces) {
      if (byteLength < minExternalBytes) return { kind: 'inline', bytes: await collect(byteLength, pieces) };
      const offset = Math.ceil(end / alignment) * alignment;
      if (offset > end) await options.append(new Uint8Array(offset - end));
      end = offset;
      for await (const piece of pieces) {
        end += piece.byteLength;
        await options.append(piece);
      }
      if (end - offset !== byteLength)
        throw new RangeError(`Expected ${byteLength} bytes, got ${end - offset}.`);
      return { kind: 'external', location: options.location, offset, byteLength };
    },
  };
}

async function collect(byteLength: number, pieces: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const bytes = new Uint8Array(byteLength);
  let filled = 0;
  for await (const piece of pieces) {
    bytes.set(piece, filled);
    filled += piece.byteLength;
  }
  if (filled !== byteLength) throw new RangeError(`Expected ${byteLength} bytes, got ${filled}.`);
  return bytes;
}
