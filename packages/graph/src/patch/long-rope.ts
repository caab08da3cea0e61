import {
  dataLocation,
  type GraphProto,
  graphTable,
  type NodeProto,
  type TensorProto,
} from '../onnx-messages.ts';
import { decodeMessage } from '../protobuf.ts';
import { constantScalar } from './constant-value.ts';
import type { GraphIndex } from './graph-index.ts';
import { isOperator } from './node-attributes.ts';

/** Two sets of rotary tables, of which a graph takes one by the length of the text. */
export interface LongRope {
  readonly node: NodeProto;
  /** Tables by the name of the value that takes them. */
  readonly short: ReadonlyMap<string, TensorProto>;
  readonly long: ReadonlyMap<string, TensorProto>;
  /** Longest text for the short tables. */
  readonly shortLength: number;
}

/**
 * Finds the choice between two sets of rotary tables (LongRope, as in the Phi models). A belt must choose once: a cache
 * whose keys were rotated by one set is wrong for the other.
 */
export function findLongRope(index: GraphIndex): LongRope | undefined {
  for (const node of index.graph.nodes) {
    if (!isOperator(node, 'If')) continue;
    const comparison = index.producer(node.inputs[0] ?? '');
    if (!isOperator(comparison, 'Greater')) continue;
    const shortLength = constantScalar(index, comparison.inputs[1] ?? '');
    const long = branchTables(node, 'then_branch');
    const short = branchTables(node, 'else_branch');
    if (shortLength !== undefined && long !== undefined && short !== undefined) {
      return { node, short, long, shortLength };
    }
  }
  return undefined;
}

/** The branch's results, if they are constants. */
function branchTables(node: NodeProto, branch: string): Map<string, TensorProto> | undefined {
  const bytes = node.attributes.find(({ name }) => name === branch)?.graph;
  if (bytes === undefined) return undefined;
  const graph = decodeMessage(graphTable, bytes);
  const tables = new Map<string, TensorProto>();
  for (const [i, output] of graph.outputs.entries()) {
    const tensor = constantIn(graph, output.name ?? '');
    const target = node.outputs[i];
    if (tensor === undefined || !target) return undefined;
    tables.set(target, tensor);
  }
  return tables;
}

function constantIn(graph: GraphProto, value: string): TensorProto | undefined {
  const constant = graph.nodes.find(({ outputs }) => outputs.includes(value));
  return (
    graph.initializers.find(({ name }) => name === value) ??
    constant?.attributes.find(({ name }) => name === 'value')?.tensor
  );
}

/** Puts one set of tables in the place of the choice. */
export function chooseRope(
  graph: GraphProto,
  rope: LongRope,
  tables: ReadonlyMap<string, TensorProto>,
): void {
  graph.nodes = graph.nodes.filter((node) => node !== rope.node);
  for (const [name, tensor] of tables) {
    graph.initializers.push({ ...tensor, name, dataLocation: tensor.dataLocation ?? dataLocation.default });
  }
}
