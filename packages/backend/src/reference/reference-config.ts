/** What the reference model needs to know of a checkpoint; field names as in `@beltline/graph`. */
export interface ReferenceConfig {
  /** Architecture as in a Hugging Face config; it only names the model, the flags below decide. */
  readonly architecture: string;
  readonly hiddenSize: number;
  readonly layers: number;
  /** Query heads; a multiple of `kvHeads`. */
  readonly heads: number;
  readonly kvHeads: number;
  readonly headSize: number;
  readonly intermediateSize: number;
  readonly vocabularySize: number;
  readonly contextLength: number;
  readonly normEpsilon: number;
  /** Rotary inverse frequencies, radians per position, `[headSize / 2]`. */
  readonly inverseFrequencies: ArrayLike<number>;
  /** The LM head is the embedding table. */
  readonly tiedEmbeddings: boolean;
  readonly queryKeyValueBias: boolean;
  readonly outputBias: boolean;
  readonly mlpBias: boolean;
  /** Queries and keys are normalised per head before they are rotated. */
  readonly queryKeyNorm: boolean;
}

/** Values of a checkpoint tensor, row-major, by its Hugging Face name; undefined if there is none. */
export type ReferenceWeights = (name: string) => Float32Array | undefined;
