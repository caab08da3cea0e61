import type { AttentionLayer } from './attention-layer.ts';
import type { GraphIndex } from './graph-index.ts';
import { chooseRope, findLongRope } from './long-rope.ts';
import { isOperator, unsupportedNode } from './node-attributes.ts';

/**
 * Decides which rotary tables a graph uses, and how many positions they hold; undefined where it has no tables.
 *
 * @throws {GraphError} `UNSUPPORTED_GRAPH` where tables are computed, so that their length is not known.
 */
export function chooseTables(
  index: GraphIndex,
  layers: readonly AttentionLayer[],
  wanted: number | undefined,
): number | undefined {
  const rope = findLongRope(index);
  if (rope !== undefined) {
    const tables = (wanted ?? 0) > rope.shortLength ? rope.long : rope.short;
    chooseRope(index.graph, rope, tables);
    const rows = [...tables.values()].map(({ dims }) => Number(dims[0] ?? 0n));
    return tables === rope.short ? Math.min(rope.shortLength, ...rows) : Math.min(...rows);
  }
  const rotations = index.graph.nodes.filter((node) => isOperator(node, 'RotaryEmbedding'));
  const names = new Set([
    ...layers.flatMap(({ rotary }) => (rotary === undefined ? [] : [rotary.cosines])),
    ...rotations.map(({ inputs }) => inputs[2] ?? ''),
  ]);
  const rows = [...names].map((name) => {
    const tensor = index.tensor(name);
    if (tensor !== undefined) return Number(tensor.dims[0] ?? 0n);
    const reader = index.consumers(name)[0]!;
    throw unsupportedNode(reader, `takes rotary tables "${name}" that the graph computes`);
  });
  return rows.length === 0 ? undefined : Math.min(...rows);
}
