import { suffixInputs } from './contract.ts';
import { createOnnxGraph, type OnnxGraph } from './onnx-graph.ts';
import { dataType } from './onnx-messages.ts';
import {
  type AttentionSizes,
  addPlainAttention,
  type PlainAttention,
  rowsByHead,
  rowsByToken,
  type SharedValues,
  scoreKeys,
  sumValues,
  weigh,
} from './plain-attention.ts';

/** What all layers share of how a pass sees its suffix. */
export interface SuffixValues {
  readonly layers: number;
  /** bool `[1]`: whether the pass has one. */
  readonly exists: string;
  /** int64 `[1]`: W, the slots of it that a row has. */
  readonly width: string;
  /** int64 `[1]` each, for `Slice`: where scores begin, where the W of the suffix begin, where scores end, and their axis. */
  readonly start: string;
  readonly fromEnd: string;
  readonly end: string;
  readonly slotAxis: string;
}

/** The same for layers with so many heads. */
export interface SharedSuffix extends SuffixValues {
  /** int64, shape of queries by token, `[S, kvHeads, group, headSize]`. */
  readonly queriesShape: string;
  /** int64, shapes of scores as the rest has them, `[kvHeads, S * group, W]`, and by token, `[kvHeads, S, group, W]`. */
  readonly rowsShape: string;
  readonly tokensShape: string;
}

/** The suffix in one layer. */
interface LayerSuffix extends SharedSuffix {
  readonly layer: number;
}

/** Declares how a pass says what its rows see of the suffix, and adds what all layers share of it. */
export function addSuffixValues(graph: OnnxGraph, layers: number): SuffixValues {
  graph.input(suffixInputs.memory, 'float', ['memory', 'kv_heads', 'head_size']);
  graph.input(suffixInputs.slots, 'int32', [2 * layers, 'suffix', 'new']);
  graph.input(suffixInputs.bias, 'float', ['new', 1, 1, 'suffix']);
  const shape = graph.node('unfused.suffix.shape', 'Shape', [suffixInputs.slots]);
  const width = graph.node('unfused.suffix.width', 'Gather', [
    shape,
    graph.integers('unfused.suffix.width_axis', [1]),
  ]);
  return {
    layers,
    exists: graph.node('unfused.suffix.exists', 'Cast', [width], { attributes: { to: dataType.bool } }),
    width,
    start: graph.integers('unfused.suffix.start', [0]),
    fromEnd: graph.node('unfused.suffix.from_end', 'Neg', [width]),
    end: graph.integers('unfused.suffix.end', [Number.MAX_SAFE_INTEGER]),
    slotAxis: graph.integers('unfused.suffix.slot_axis', [2]),
  };
}

/** Adds what the layers with so many heads share. */
export function addSharedSuffix(
  graph: OnnxGraph,
  { heads, kvHeads, headSize }: AttentionSizes,
  values: SuffixValues,
): SharedSuffix {
  const group = heads / kvHeads;
  const prefix = `unfused.suffix.${heads}`;
  const withWidth = (name: string, sizes: readonly number[]): string => {
    const first = graph.integers(`${prefix}.${name}_sizes`, sizes);
    return graph.node(`${prefix}.${name}`, 'Concat', [first, values.width], { attributes: { axis: 0 } });
  };
  return {
    ...values,
    queriesShape: graph.integers(`${prefix}.queries_shape`, [-1, kvHeads, group, headSize]),
    rowsShape: withWidth('rows_shape', [kvHeads, -1]),
    tokensShape: withWidth('tokens_shape', [kvHeads, -1, group]),
  };
}

/**
 * Adds attention in one of two ways, as the pass has a suffix or not: rows of branches see all that came before the
 * branches, and of what came after that their own few slots only, where plain products would multiply with the
 * slots of all their siblings to hide them.
 */
export function addChosenAttention(
  graph: OnnxGraph,
  shared: SharedValues,
  attention: PlainAttention,
  suffix: LayerSuffix,
): void {
  const { heads, headSize } = attention.sizes;
  const nested = (way: string, add: (inside: OnnxGraph, inner: PlainAttention) => void) => {
    const inside = createOnnxGraph();
    const name = `${attention.name}.${way}`;
    const output = `${name}.result`;
    add(inside, { ...attention, name, output });
    inside.output(output, 'float', [1, 'new', heads * headSize]);
    return { graph: inside };
  };
  graph.node(attention.output, 'If', [suffix.exists], {
    attributes: {
      then_branch: nested('with_suffix', (inside, inner) =>
        addSuffixAttention(inside, shared, inner, suffix),
      ),
      else_branch: nested('plain', (inside, inner) => addPlainAttention(inside, shared, inner)),
    },
  });
}

/**
 * Adds attention over all slots of `keys`, hidden from no row, and over each row's own slots of the suffix. These are
 * gathered, since they lie apart; both kinds of scores go through one softmax.
 */
function addSuffixAttention(
  graph: OnnxGraph,
  shared: SharedValues,
  attention: PlainAttention,
  suffix: LayerSuffix,
): void {
  const { name, queries } = attention;
  const { layers, layer, start, fromEnd, end, slotAxis } = suffix;
  const tokensAndHeadsSwapped = { attributes: { perm: [1, 0, 2, 3] } };
  const own = (part: 'keys' | 'values') => {
    const index = graph.integer(`${name}.own_${part}_index`, part === 'keys' ? layer : layers + layer);
    const slots = graph.node(`${name}.own_${part}_slots`, 'Gather', [suffixInputs.slots, index]);
    return graph.node(`${name}.own_${part}`, 'Gather', [suffixInputs.memory, slots]);
  };
  const rows = rowsByHead(graph, name, queries, shared);
  const scores = scoreKeys(graph, `${name}.scores`, { rows, keys: attention.keys, attention });

  const ownRows = graph.node(`${name}.own_rows`, 'Reshape', [queries, suffix.queriesShape]);
  const ownKeys = own('keys');
  const ownScores = scoreKeys(graph, `${name}.own_scores`, { rows: ownRows, keys: ownKeys, attention });
  const biased = graph.node(`${name}.own_biased`, 'Add', [ownScores, suffixInputs.bias]);
  const turned = graph.node(`${name}.own_by_head`, 'Transpose', [biased], tokensAndHeadsSwapped);
  const below = graph.node(`${name}.own_below`, 'Reshape', [turned, suffix.rowsShape]);

  const together = graph.node(`${name}.together`, 'Concat', [scores, below], { attributes: { axis: 2 } });
  const weights = weigh(graph, attention, together);
  const part = (which: string, from: string, to: string) =>
    graph.node(`${name}.${which}_weights`, 'Slice', [weights, from, to, slotAxis]);

  const attended = sumValues(graph, `${name}.attended`, part('shared', start, fromEnd), attention.values);
  const ofShared = rowsByToken(graph, `${name}.of_shared`, attended, shared);
  const split = graph.node(`${name}.own_split`, 'Reshape', [part('own', fromEnd, end), suffix.tokensShape]);
  const ownWeights = graph.node(`${name}.own_by_token`, 'Transpose', [split], tokensAndHeadsSwapped);
  const ownAttended = sumValues(graph, `${name}.own_attended`, ownWeights, own('values'));
  const ofOwn = graph.node(`${name}.of_own`, 'Reshape', [ownAttended, shared.rows]);
  graph.node(attention.output, 'Add', [ofShared, ofOwn]);
}
