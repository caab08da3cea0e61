import type { AttentionLayer } from './attention-layer.ts';
import { findFusedAttention } from './find-fused-attention.ts';
import { findPlainAttention } from './find-plain-attention.ts';
import type { GraphIndex } from './graph-index.ts';
import { unsupportedGraph, unsupportedNode } from './node-attributes.ts';

/** Attention of other kinds, so that a graph that has them is refused by name. */
const otherAttention = new Set([
  ...['Attention', 'PagedAttention', 'SparseAttention', 'LinearAttention', 'MultiHeadAttention'],
  ...['DecoderMaskedMultiHeadAttention', 'DecoderMaskedSelfAttention', 'PackedAttention', 'QAttention'],
  ...['PackedMultiHeadAttention', 'LongformerAttention', 'GatedDeltaNet', 'CausalConvWithState'],
]);

/**
 * All layers of a decoder in their order.
 *
 * @throws {GraphError} `UNSUPPORTED_GRAPH` where there is none, or one that cannot be made belt-ready.
 */
export function findAttention(index: GraphIndex): AttentionLayer[] {
  const found = [...findFusedAttention(index), ...findPlainAttention(index)];
  const layers = new Map(found.map((layer) => [layer.node, layer]));
  const ordered = index.graph.nodes.flatMap((node) => layers.get(node) ?? []);
  for (const node of index.graph.nodes) {
    if (otherAttention.has(node.operator ?? '') && !layers.has(node)) {
      throw unsupportedNode(node, 'is a kind of attention that cannot be told what each token sees');
    }
  }
  const [first] = ordered;
  if (first === undefined) {
    throw unsupportedGraph('it has no attention with a key/value cache among its inputs', 'past_key_values');
  }
  const past = new Set<string>();
  for (const { node, pastKeys, pastValues, kvHeads, headSize } of ordered) {
    if (kvHeads !== first.kvHeads || headSize !== first.headSize) {
      throw unsupportedNode(node, 'has other sizes of key/value heads than the first layer');
    }
    for (const input of [pastKeys, pastValues]) {
      if (past.has(input)) throw unsupportedNode(node, `shares the cache "${input}" with another layer`);
      past.add(input);
    }
  }
  return ordered;
}
