import { newKeysOutput, newValuesOutput, pastKeysInput, pastValuesInput } from '../contract.ts';
import type { AttributeValue, OnnxGraph } from '../onnx-graph.ts';
import { dataType } from '../onnx-messages.ts';
import type { AttentionLayer, HeadsValue } from './attention-layer.ts';

/** Values that all layers share. */
export interface StepValues {
  readonly positionIds: string;
  readonly attentionBias: string;
  /** int32 `[1]`: index of the last of all tokens. */
  readonly lastIndex: string;
  /** int32 `[1]`: past and new tokens. */
  readonly totalLength: string;
}

/**
 * Adds the nodes that compute a layer's attention the belt-ready way: positions and visibility are fed, new keys and
 * values come out. Attention runs in float32, so that a float16 graph has the same cache as all others, and no
 * pass converts the whole of it.
 */
export function rewriteAttention(
  graph: OnnxGraph,
  layer: AttentionLayer,
  number: number,
  shared: StepValues,
): void {
  const { heads, kvHeads, headSize } = layer;
  const parts = splitParts(graph, layer, `belt.${number}`);
  const prepare = (part: HeadsValue, name: string, count: number, norm?: Norm): string => {
    const rows = toRows(graph, `${name}.rows`, part, count * headSize);
    const normed =
      norm === undefined ? rows : addHeadNorm(graph, `${name}.norm`, rows, count, headSize, norm);
    return addRotary(graph, `${name}.rotated`, normed, count, layer, shared.positionIds);
  };
  const { norms } = layer;
  const rotated = {
    queries: prepare(
      parts.queries,
      `belt.${number}.queries`,
      heads,
      norms && { weight: norms.queries, epsilon: norms.queryEpsilon },
    ),
    keys: prepare(
      parts.keys,
      `belt.${number}.keys`,
      kvHeads,
      norms && { weight: norms.keys, epsilon: norms.keyEpsilon },
    ),
  };
  const scaled = layer.scaleValues.reduce(
    (value, { operator, value: factor }, i) =>
      graph.node(`belt.${number}.scaled.${i}`, operator, [value, factor]),
    rotated.queries,
  );
  const queries = toFloat(graph, `belt.${number}.queries.float`, scaled, layer);
  const rows = toRows(graph, `belt.${number}.values.rows`, parts.values, kvHeads * headSize);
  const keys = output(graph, newKeysOutput(number), rotated.keys, layer);
  const values = output(graph, newValuesOutput(number), rows, layer);
  const sink = layer.sink === undefined ? '' : toFloat(graph, `belt.${number}.sink`, layer.sink, layer);
  const inputs = [queries, keys, values, pastKeysInput(number), pastValuesInput(number), shared.lastIndex];
  inputs.push(shared.totalLength, '', '', '', shared.attentionBias);
  if (sink !== '') inputs.push(sink);
  const name = `belt.${number}.attention`;
  const attended = graph.node(name, 'GroupQueryAttention', inputs, {
    domain: 'com.microsoft',
    attributes: attentionAttributes(layer),
    outputs: [name, `${name}.present_keys`, `${name}.present_values`],
  });
  addResult(graph, attended, layer);
}

function attentionAttributes(layer: AttentionLayer): Record<string, AttributeValue> {
  const { heads, kvHeads, scale, softcap, smoothSoftmax } = layer;
  return {
    ...{ num_heads: heads, kv_num_heads: kvHeads, do_rotary: 0 },
    ...(scale === undefined ? {} : { scale: { float: scale } }),
    ...(softcap === 0 ? {} : { softcap: { float: softcap } }),
    ...(smoothSoftmax ? { smooth_softmax: 1 } : {}),
  };
}

/** Queries, keys and values apart. */
function splitParts(graph: OnnxGraph, layer: AttentionLayer, name: string) {
  const { queries, keys, values, heads, kvHeads, headSize } = layer;
  if (keys !== undefined && values !== undefined) return { queries, keys, values };
  const sizes = graph.integers(
    `${name}.split_sizes`,
    [heads, kvHeads, kvHeads].map((n) => n * headSize),
  );
  const outputs = [`${name}.queries`, `${name}.keys`, `${name}.values`] as const;
  graph.node(`${name}.split`, 'Split', [queries.value, sizes], { attributes: { axis: -1 }, outputs });
  const [query, key, value] = outputs.map((part) => ({ value: part, form: 'rows' as const }));
  return { queries: query!, keys: key!, values: value! };
}

function toRows(graph: OnnxGraph, name: string, { value, form }: HeadsValue, width: number): string {
  if (form === 'rows') return value;
  const turned = graph.node(`${name}.turned`, 'Transpose', [value], { attributes: { perm: [0, 2, 1, 3] } });
  return graph.node(name, 'Reshape', [turned, graph.integers(`${name}.shape`, [1, -1, width])]);
}

interface Norm {
  readonly weight: string;
  readonly epsilon: number;
}

function addHeadNorm(
  graph: OnnxGraph,
  name: string,
  rows: string,
  heads: number,
  headSize: number,
  { weight, epsilon }: Norm,
): string {
  const apart = graph.node(`${name}.split`, 'Reshape', [
    rows,
    graph.integers(`${name}.split_shape`, [1, -1, headSize]),
  ]);
  const normed = graph.node(name, 'SimplifiedLayerNormalization', [apart, weight], {
    attributes: { epsilon: { float: epsilon }, axis: -1, stash_type: 1 },
  });
  const joined = graph.integers(`${name}.joined_shape`, [1, -1, heads * headSize]);
  return graph.node(`${name}.joined`, 'Reshape', [normed, joined]);
}

function addRotary(
  graph: OnnxGraph,
  name: string,
  rows: string,
  heads: number,
  { rotary, headSize }: AttentionLayer,
  positionIds: string,
): string {
  if (rotary === undefined) return rows;
  const { cosines, sines, interleaved, size } = rotary;
  return graph.node(name, 'RotaryEmbedding', [rows, positionIds, cosines, sines], {
    domain: 'com.microsoft',
    attributes: {
      ...{ num_heads: heads, interleaved: interleaved ? 1 : 0 },
      ...(size === headSize ? {} : { rotary_embedding_dim: size }),
    },
  });
}

function toFloat(graph: OnnxGraph, name: string, value: string, { elementType }: AttentionLayer): string {
  if (elementType === 'float') return value;
  return graph.node(name, 'Cast', [value], { attributes: { to: dataType.float } });
}

/** Gives a value, which may be anyone's, the name of an output. */
function output(graph: OnnxGraph, name: string, value: string, { elementType }: AttentionLayer): string {
  if (elementType === 'float') return graph.node(name, 'Identity', [value]);
  return graph.node(name, 'Cast', [value], { attributes: { to: dataType.float } });
}

/** Hands the result on under its old name, in its old form and element type. */
function addResult(graph: OnnxGraph, attended: string, layer: AttentionLayer): void {
  const { output: name, queries, heads, headSize, elementType } = layer;
  const steps: ((value: string, output: string) => void)[] = [];
  if (elementType === 'float16') {
    steps.push((value, to) => graph.node(to, 'Cast', [value], { attributes: { to: dataType.float16 } }));
  }
  if (queries.form === 'heads') {
    const shape = graph.integers(`${attended}.shape`, [1, -1, heads, headSize]);
    steps.push(
      (value, to) => graph.node(to, 'Reshape', [value, shape]),
      (value, to) => graph.node(to, 'Transpose', [value], { attributes: { perm: [0, 2, 1, 3] } }),
    );
  }
  if (steps.length === 0) steps.push((value, to) => graph.node(to, 'Identity', [value]));
  steps.reduce((value, step, i) => {
    const to = i === steps.length - 1 ? name : `${attended}.${i}`;
    step(value, to);
    return to;
  }, attended);
}
