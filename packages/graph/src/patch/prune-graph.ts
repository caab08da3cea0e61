import type { GraphProto, NodeProto } from '../onnx-messages.ts';
import { readsOf } from './graph-index.ts';

/** Drops the nodes and weights that no output needs any more. */
export function pruneGraph(graph: GraphProto): void {
  const producers = new Map<string, NodeProto>();
  for (const node of graph.nodes) for (const output of node.outputs) producers.set(output, node);
  const needed = new Set(graph.outputs.map(({ name }) => name ?? ''));
  const kept = new Set<NodeProto>();
  for (const value of needed) {
    const node = producers.get(value);
    if (node === undefined || kept.has(node)) continue;
    kept.add(node);
    for (const read of readsOf(node)) needed.add(read);
  }
  graph.nodes = graph.nodes.filter((node) => kept.has(node));
  graph.initializers = graph.initializers.filter(({ name }) => needed.has(name ?? ''));
}
