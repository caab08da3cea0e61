import type { GraphInput } from '@beltline/graph';
import type { ModelFiles } from '@beltline/models';

/** What a model is, as far as it says; fields are undefined where that is not known. */
export interface ModelReport {
  readonly name: string;
  /** Kind of its weights. */
  readonly kind: ModelFiles['weights']['kind'];
  /** Absolute path of the graph, the GGUF file, or the checkpoint's folder. */
  readonly path: string;
  readonly architecture: string | undefined;
  readonly precision: string | undefined;
  readonly layers: number | undefined;
  readonly vocabularySize: number | undefined;
  /** Tokens. */
  readonly contextLength: number | undefined;
  /** Bytes of keys and values that Beltline keeps for 1000 tokens, in float32. */
  readonly cacheBytes: number | undefined;
  /** Inputs of the graph; undefined where one is yet to be built. */
  readonly inputs: readonly GraphInput[] | undefined;
  /** Undefined for a graph by itself. */
  readonly chatTemplate: boolean | undefined;
  /** Whether parallel mode can run it. */
  readonly beltReady: boolean;
  /** Why, or why not, in words. */
  readonly reason: string;
  /** The node, input or field that stands in the way. */
  readonly obstacle: string | undefined;
}

/** A report's fields of which nothing is known yet. */
export const unknown = {
  ...{ architecture: undefined, precision: undefined, layers: undefined, vocabularySize: undefined },
  ...{ contextLength: undefined, cacheBytes: undefined, inputs: undefined, obstacle: undefined },
};

/** Keys and values of 1000 tokens in float32. */
export function cacheBytes(shape: { layers: number; kvHeads: number; headSize: number }): number {
  return 1000 * 4 * 2 * shape.layers * shape.kvHeads * shape.headSize;
}

/** Whether the tokenizer's files bring a chat template. */
export function hasTemplate({ chatTemplate, tokenizerConfig }: ModelFiles): boolean {
  const inside = (tokenizerConfig as { chat_template?: unknown } | undefined)?.chat_template;
  return chatTemplate !== undefined || (inside !== undefined && inside !== null);
}
