import { GraphError } from '../graph-error.ts';
import type { NodeProto } from '../onnx-messages.ts';

/** An integer attribute that fits a number. */
export function integerAttribute(node: NodeProto, name: string): number | undefined {
  const value = find(node, name)?.int;
  return value === undefined ? undefined : Number(value);
}

export function floatAttribute(node: NodeProto, name: string): number | undefined {
  return find(node, name)?.float;
}

export function integersAttribute(node: NodeProto, name: string): number[] | undefined {
  const attribute = find(node, name);
  return attribute === undefined ? undefined : attribute.ints.map(Number);
}

export function textAttribute(node: NodeProto, name: string): string | undefined {
  const bytes = find(node, name)?.string;
  return bytes === undefined ? undefined : new TextDecoder().decode(bytes);
}

function find(node: NodeProto, name: string) {
  return node.attributes.find((attribute) => attribute.name === name);
}

/** Whether the node is this operator of ONNX itself or of ONNX Runtime's `com.microsoft`. */
export function isOperator(
  node: NodeProto | undefined,
  ...operators: readonly string[]
): node is NodeProto & { operator: string } {
  const domain = node?.domain ?? '';
  return operators.includes(node?.operator ?? '') && ['', 'ai.onnx', 'com.microsoft'].includes(domain);
}

/** The error for a node that keeps a graph from being belt-ready. */
export function unsupportedNode(node: NodeProto, reason: string): GraphError {
  const name = node.name || node.outputs[0] || '';
  return unsupportedGraph(`node "${name}" (${node.operator}) ${reason}`, name);
}

/** The error for anything else that does. */
export function unsupportedGraph(reason: string, subject: string): GraphError {
  return new GraphError('UNSUPPORTED_GRAPH', `This graph cannot be made belt-ready: ${reason}.`, { subject });
}
