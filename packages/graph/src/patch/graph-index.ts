import { GraphError } from '../graph-error.ts';
import {
  type GraphProto,
  graphTable,
  type NodeProto,
  type TensorProto,
  type ValueInfo,
} from '../onnx-messages.ts';
import { decodeMessage } from '../protobuf.ts';

/** A graph's nodes by what they write and read. */
export interface GraphIndex {
  readonly graph: GraphProto;
  producer(value: string): NodeProto | undefined;
  consumers(value: string): readonly NodeProto[];
  /** A weight or constant: an initializer, or what a Constant node holds. */
  tensor(value: string): TensorProto | undefined;
  /** An input that the caller feeds. */
  input(value: string): ValueInfo | undefined;
  /** Shape as the exporter noted it: sizes, undefined where a size is open; undefined where nothing is known. */
  shape(value: string): (number | undefined)[] | undefined;
}

/**
 * Indexes a graph; its nodes stay as they are.
 *
 * @throws {GraphError} `INVALID_GRAPH` when values have two sources or nodes depend on each other in a circle, so that
 * whoever follows values ends.
 */
export function indexGraph(graph: GraphProto): GraphIndex {
  const producers = new Map<string, NodeProto>();
  const consumers = new Map<string, NodeProto[]>();
  for (const node of graph.nodes) {
    for (const output of node.outputs) {
      if (output === '') continue;
      if (producers.has(output)) throw invalid(`value "${output}" has two sources`, output);
      producers.set(output, node);
    }
    for (const value of readsOf(node)) {
      const known = consumers.get(value);
      if (known === undefined) consumers.set(value, [node]);
      else known.push(node);
    }
  }
  refuseCircles(graph, producers);
  const initializers = new Map(graph.initializers.map((tensor) => [tensor.name ?? '', tensor]));
  // Old files list their weights among the inputs too.
  const inputs = new Map(
    graph.inputs.filter(({ name }) => !initializers.has(name ?? '')).map((info) => [info.name ?? '', info]),
  );
  const infos = new Map([...graph.valueInfo, ...graph.outputs].map((info) => [info.name ?? '', info]));
  return {
    graph,
    producer: (value) => producers.get(value),
    consumers: (value) => consumers.get(value) ?? [],
    tensor: (value) => initializers.get(value) ?? constantOf(producers.get(value)),
    input: (value) => inputs.get(value),
    shape(value) {
      const type = (inputs.get(value) ?? infos.get(value))?.type?.tensorType;
      return type?.shape?.dimensions.map((size) =>
        size.value === undefined || size.value < 1n ? undefined : Number(size.value),
      );
    },
  };
}

function constantOf(node: NodeProto | undefined): TensorProto | undefined {
  if (node?.operator !== 'Constant') return undefined;
  return node.attributes.find(({ name }) => name === 'value')?.tensor;
}

/** How deep graphs lie in graphs; real ones need one or two levels. */
const maxNesting = 8;

/** All values that a node reads, those that its nested graphs take from outside included. */
export function readsOf(node: NodeProto, nesting = 0): readonly string[] {
  const nested = node.attributes.flatMap(({ graph }) => (graph === undefined ? [] : [graph]));
  const inputs = node.inputs.filter((input) => input !== '');
  if (nested.length === 0) return inputs;
  if (nesting >= maxNesting) throw invalid(`node "${node.name}" nests graphs too deeply`, node.name);
  const captured = nested.flatMap((bytes) =>
    decodeMessage(graphTable, bytes).nodes.flatMap((inner) => readsOf(inner, nesting + 1)),
  );
  return [...new Set([...inputs, ...captured])];
}

/** Kahn's algorithm: what is left when all nodes that can run have run is a circle. */
function refuseCircles(graph: GraphProto, producers: ReadonlyMap<string, NodeProto>): void {
  const waiting = new Map<NodeProto, number>();
  const followers = new Map<NodeProto, NodeProto[]>();
  for (const node of graph.nodes) {
    const sources = new Set(readsOf(node).flatMap((value) => producers.get(value) ?? []));
    waiting.set(node, sources.size);
    for (const source of sources) {
      const known = followers.get(source);
      if (known === undefined) followers.set(source, [node]);
      else known.push(node);
    }
  }
  const ready = graph.nodes.filter((node) => waiting.get(node) === 0);
  for (const node of ready) {
    for (const follower of followers.get(node) ?? []) {
      const left = waiting.get(follower)! - 1;
      waiting.set(follower, left);
      if (left === 0) ready.push(follower);
    }
  }
  if (ready.length === graph.nodes.length) return;
  const [stuck] = graph.nodes.filter((node) => waiting.get(node) !== 0);
  throw invalid(`node "${stuck!.name ?? stuck!.outputs[0]}" depends on its own result`, stuck!.name);
}

/** Values that follow from the sources; what only follows from their shapes does not count. */
export function flowFrom(index: GraphIndex, sources: readonly string[]): ReadonlySet<string> {
  const reached = new Set(sources);
  for (const value of reached) {
    for (const node of index.consumers(value)) {
      if (node.operator === 'Shape' || node.operator === 'Size') continue;
      for (const output of node.outputs) if (output !== '') reached.add(output);
    }
  }
  return reached;
}

function invalid(problem: string, subject: string | undefined): GraphError {
  return new GraphError(
    'INVALID_GRAPH',
    `Expected the nodes of an ONNX graph in an order that can run, but ${problem}. Get the file again.`,
    subject === undefined ? {} : { subject },
  );
}
