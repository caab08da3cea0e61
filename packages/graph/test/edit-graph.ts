import { readFile } from 'node:fs/promises';
import { createOnnxGraph, type OnnxGraph } from '../src/onnx-graph.ts';
import { type GraphProto, type ModelProto, modelTable, type NodeProto } from '../src/onnx-messages.ts';
import { decodeMessage, encodeMessage } from '../src/protobuf.ts';
import { type ExportedGraph, findExport } from './exports.ts';

/** A graph of the fixtures, changed and encoded again; its config goes along. */
export async function editedExport(
  name: string,
  edit: (graph: GraphProto, model: ModelProto) => void,
): Promise<ExportedGraph & { readonly bytes: Uint8Array }> {
  const exported = await findExport(name);
  const model = decodeMessage(modelTable, await readFile(exported.path));
  edit(model.graph!, model);
  return { ...exported, bytes: Buffer.concat(encodeMessage(modelTable, model).parts) };
}

export function findNode(graph: GraphProto, operator: string): NodeProto {
  return graph.nodes.find((node) => node.operator === operator)!;
}

/** Adds nodes and constants in front of a node, which the graph's order wants. */
export function insertBefore(graph: GraphProto, place: NodeProto, add: (added: OnnxGraph) => void): void {
  const added = createOnnxGraph();
  add(added);
  const { nodes, initializers } = added.finish({}).graph!;
  graph.initializers.push(...initializers);
  graph.nodes.splice(graph.nodes.indexOf(place), 0, ...nodes);
}

/** Sets an integer attribute. */
export function setInteger(node: NodeProto, name: string, value: number): void {
  node.attributes = [
    ...node.attributes.filter((attribute) => attribute.name !== name),
    { name, type: 2, int: BigInt(value), ints: [] },
  ];
}
