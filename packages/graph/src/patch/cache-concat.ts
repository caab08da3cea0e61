import type { NodeProto } from '../onnx-messages.ts';
import type { HeadsValue } from './attention-layer.ts';
import { constantScalar } from './constant-value.ts';
import type { GraphIndex } from './graph-index.ts';
import { integerAttribute, integersAttribute, isOperator, unsupportedNode } from './node-attributes.ts';

/** A graph, and the values that the tokens' contents decide; all others follow from lengths and positions. */
export interface Search {
  readonly index: GraphIndex;
  readonly contents: ReadonlySet<string>;
}

/** Inputs that a Concat along the slots appends to. */
export function pastInputs(index: GraphIndex): string[] {
  const concats = index.graph.nodes.filter((node) => isOperator(node, 'Concat') && node.inputs.length === 2);
  return concats.flatMap(({ inputs }) => cacheInput(index, inputs[0]!)?.name ?? []);
}

/** The graph's input that a value is, or is a conversion of. */
function cacheInput(
  index: GraphIndex,
  value: string,
): { name: string; elementType: number | undefined } | undefined {
  const type = index.input(value)?.type?.tensorType;
  if (type !== undefined) return { name: value, elementType: type.elementType };
  const cast = index.producer(value);
  const source = isOperator(cast, 'Cast') ? cast.inputs[0]! : '';
  if (index.input(source)?.type?.tensorType === undefined) return undefined;
  return { name: source, elementType: integerAttribute(cast!, 'to') };
}

/** The value that carries the tokens' contents through a node. */
export function carriedBy({ contents }: Search, node: NodeProto): string {
  const carried = node.inputs.filter((input) => contents.has(input));
  if (carried.length !== 1) throw unsupportedNode(node, 'mixes values on the way to an attention');
  return carried[0]!;
}

/** A number, or what follows from shapes alone: such factors are the same for every token. */
export function isScalar({ index }: Search, value: string): boolean {
  if (constantScalar(index, value) !== undefined) return true;
  const seen = new Set([value]);
  for (const at of seen) {
    const node = index.producer(at);
    if (isOperator(node, 'Shape', 'Constant')) continue;
    if (isOperator(node, 'Slice', 'Gather', 'Cast', 'Sqrt', 'Div', 'Mul', 'Pow', 'Reciprocal', 'Squeeze')) {
      for (const input of node.inputs) if (input !== '') seen.add(input);
    } else if (constantScalar(index, at) === undefined) return false;
  }
  return true;
}

export interface Cache {
  readonly past: string;
  readonly elementType: number | undefined;
  readonly added: HeadsValue;
  /** Transpositions of slots and elements between the cache and its reader. */
  readonly turns: number;
}

/** The Concat that appends to the cache, behind what repeats heads for their queries. */
export function cacheBehind(
  search: Search,
  value: string,
  reader: NodeProto,
  applyFactor: (node: NodeProto, value: string) => void,
): Cache {
  const { index } = search;
  let turns = 0;
  for (let at = value; ; ) {
    const node = index.producer(at);
    if (node === undefined) throw unsupportedNode(reader, `attends to "${at}", which no cache feeds`);
    const [first, second] = node.inputs;
    const past = isOperator(node, 'Concat') ? cacheInput(index, first!) : undefined;
    if (past !== undefined && node.inputs.length === 2) {
      if (![2, -2].includes(integerAttribute(node, 'axis') ?? 0)) {
        throw unsupportedNode(node, 'appends to the cache along another axis than that of the slots');
      }
      return {
        past: past.name,
        elementType: past.elementType,
        added: { value: second!, form: 'heads' },
        turns,
      };
    }
    if (isOperator(node, 'Transpose')) {
      const perm = integersAttribute(node, 'perm') ?? [];
      // Rows out of heads, as for MultiHeadAttention, keep slots before elements.
      if (perm.at(-1) !== perm.length - 1) turns++;
    } else if (isOperator(node, 'Mul', 'Div')) {
      const others = node.inputs.filter((input) => !search.contents.has(input));
      if (others.length !== 1 || !isScalar(search, others[0]!)) {
        throw unsupportedNode(node, 'changes keys after they went into the cache');
      }
      applyFactor(node, others[0]!);
    } else if (!isOperator(node, 'Reshape', 'Expand', 'Unsqueeze', 'Cast', 'Identity')) {
      throw unsupportedNode(node, 'is unknown between the cache and the attention that reads it');
    }
    at = carriedBy(search, node);
  }
}
