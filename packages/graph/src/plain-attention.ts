import { beltInputs } from './contract.ts';
import type { OnnxGraph } from './onnx-graph.ts';

export interface AttentionSizes {
  readonly heads: number;
  readonly kvHeads: number;
  readonly headSize: number;
}

/** Constants and values that all layers share. */
export interface SharedValues {
  /** float32 `[S * group, T]`: the bias, each row once for each of the `group` heads that share keys. */
  readonly bias: string;
  /** int64: shape of new keys or values as slots, `[S, kvHeads, headSize]`. */
  readonly slotsShape: string;
  /** int64: shapes `[S, kvHeads, group * headSize]`, `[kvHeads, S * group, headSize]`, and the way back. */
  readonly byToken: string;
  readonly byHead: string;
  readonly backByToken: string;
  readonly rows: string;
}

/** One layer's attention. */
export interface PlainAttention {
  readonly sizes: AttentionSizes;
  /** What the names of all values between begin with. */
  readonly name: string;
  /** Name of the result, float32 `[1, S, heads * headSize]`. */
  readonly output: string;
  /** float32 `[1, S, heads * headSize]`. */
  readonly queries: string;
  /** float32 `[T, kvHeads, headSize]`. */
  readonly keys: string;
  readonly values: string;
  /** Factor of the scores. */
  readonly scale: number;
  /** Bound of the scores; 0: none. */
  readonly softcap: number;
  /** One more logit for each head, float32 `[heads]`, or `zero` for all; undefined: none. */
  readonly sink: string | undefined;
}

/** Adds what the layers with so many heads share, before the first of them. */
export function addSharedValues(
  graph: OnnxGraph,
  { heads, kvHeads, headSize }: AttentionSizes,
): SharedValues {
  const group = heads / kvHeads;
  const prefix = `unfused.${heads}`;
  const integers = (name: string, values: readonly number[]) => graph.integers(`${prefix}.${name}`, values);
  const first = graph.node(`${prefix}.bias_rows`, 'Transpose', [beltInputs.attentionBias], {
    attributes: { perm: [2, 0, 1, 3] },
  });
  const repeated = graph.node(`${prefix}.bias_repeated`, 'Expand', [
    first,
    integers('group', [1, 1, group, 1]),
  ]);
  return {
    bias: graph.node(`${prefix}.bias`, 'Flatten', [repeated], { attributes: { axis: 3 } }),
    slotsShape: integers('slots_shape', [-1, kvHeads, headSize]),
    byToken: integers('by_token', [-1, kvHeads, group * headSize]),
    byHead: integers('by_head', [kvHeads, -1, headSize]),
    backByToken: integers('back_by_token', [kvHeads, -1, group * headSize]),
    rows: integers('rows', [1, -1, heads * headSize]),
  };
}

/**
 * Adds softmax(scale * queries keys^T + bias) values, one product for all heads that share keys: their rows lie below one
 * another, token by token. Keys and values are read as they lie (`transBatchB` of FusedMatMul, ONNX Runtime's
 * contrib operators).
 */
export function addPlainAttention(graph: OnnxGraph, shared: SharedValues, attention: PlainAttention): void {
  const { name, queries, keys, values } = attention;
  const rows = rowsByHead(graph, name, queries, shared);
  const scores = scoreKeys(graph, `${name}.scores`, { rows, keys, attention });
  const biased = graph.node(`${name}.biased`, 'Add', [scores, shared.bias]);
  const attended = sumValues(graph, `${name}.attended`, weigh(graph, attention, biased), values);
  rowsByToken(graph, attention.output, attended, shared);
}

/** Turns `[1, S, heads * headSize]` into `[kvHeads, S * group, headSize]`. */
export function rowsByHead(graph: OnnxGraph, name: string, queries: string, shared: SharedValues): string {
  const byToken = graph.node(`${name}.by_token`, 'Reshape', [queries, shared.byToken]);
  const turned = graph.node(`${name}.by_head`, 'Transpose', [byToken], swapped);
  return graph.node(`${name}.rows`, 'Reshape', [turned, shared.byHead]);
}

/** Turns `[kvHeads, S * group, headSize]` back into `[1, S, heads * headSize]`. */
export function rowsByToken(graph: OnnxGraph, name: string, rows: string, shared: SharedValues): string {
  const back = graph.node(`${name}.back`, 'Reshape', [rows, shared.backByToken]);
  const turnedBack = graph.node(`${name}.turned_back`, 'Transpose', [back], swapped);
  return graph.node(name, 'Reshape', [turnedBack, shared.rows]);
}

const swapped = { attributes: { perm: [1, 0, 2] } };

/** Scores of rows `[..., row, headSize]` and keys `[slot, ..., headSize]`: `[..., row, slot]`, without a bias. */
export function scoreKeys(
  graph: OnnxGraph,
  name: string,
  { rows, keys, attention }: { rows: string; keys: string; attention: PlainAttention },
): string {
  const { scale, softcap } = attention;
  const capped = softcap > 0;
  const scores = graph.node(name, 'FusedMatMul', [rows, keys], {
    domain: 'com.microsoft',
    attributes: { transB: 1, transBatchB: 1, alpha: { float: scale / (capped ? softcap : 1) } },
  });
  return capped ? capScores(graph, name, scores, softcap) : scores;
}

/** The sum of values `[slot, ..., headSize]` by weights `[..., row, slot]`: `[..., row, headSize]`. */
export function sumValues(graph: OnnxGraph, name: string, weights: string, values: string): string {
  return graph.node(name, 'FusedMatMul', [weights, values], {
    domain: 'com.microsoft',
    attributes: { transBatchB: 1 },
  });
}

function capScores(graph: OnnxGraph, name: string, scores: string, softcap: number): string {
  const bytes = new Uint8Array(Float32Array.of(softcap).buffer);
  const cap = graph.initializer(`${name}.softcap`, 'float', [], { kind: 'inline', bytes });
  const bounded = graph.node(`${name}.bounded`, 'Tanh', [scores]);
  return graph.node(`${name}.capped`, 'Mul', [bounded, cap]);
}

/** The softmax over scores `[kvHeads, S * group, slot]`; a sink takes part in it as one more slot, and is left out of the result. */
export function weigh(
  graph: OnnxGraph,
  { name, sink, sizes }: Pick<PlainAttention, 'name' | 'sink' | 'sizes'>,
  biased: string,
): string {
  const softmax = (scores: string) =>
    graph.node(`${name}.weights`, 'Softmax', [scores], { attributes: { axis: 2 } });
  if (sink === undefined) return softmax(biased);
  const { heads, kvHeads } = sizes;
  const bytes = new Uint8Array(4 * heads);
  const logits =
    sink === 'zero' ? graph.initializer(`${name}.zeros`, 'float', [heads], { kind: 'inline', bytes }) : sink;
  const integers = (part: string, values: readonly number[]) => graph.integers(`${name}.${part}`, values);
  const byGroup = graph.node(`${name}.sinks_by_group`, 'Reshape', [
    logits,
    integers('sinks_shape', [kvHeads, 1, heads / kvHeads]),
  ]);
  const biasShape = graph.node(`${name}.bias_shape`, 'Shape', [beltInputs.attentionBias]);
  const tokens = graph.node(`${name}.tokens`, 'Gather', [biasShape, integers('tokens_axes', [0, 2, 0])]);
  const repeated = graph.node(`${name}.sinks_repeated`, 'Expand', [byGroup, tokens]);
  const column = graph.node(`${name}.sinks`, 'Reshape', [repeated, integers('column', [kvHeads, -1, 1])]);
  const widened = graph.node(`${name}.widened`, 'Concat', [biased, column], { attributes: { axis: 2 } });
  const inputs = [softmax(widened), integers('first', [0]), integers('last', [-1]), integers('axis', [2])];
  return graph.node(`${name}.without_sinks`, 'Slice', inputs);
}
