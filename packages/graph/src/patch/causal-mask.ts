import { dataType, type NodeProto } from '../onnx-messages.ts';
import { constantValues } from './constant-value.ts';
import type { GraphIndex } from './graph-index.ts';
import { unsupportedNode } from './node-attributes.ts';

/** All that exporters need to expand a mask from lengths; slopes, buckets and chunks need more. */
const maskOperators = new Set(
  (
    'Add And Cast Concat Constant ConstantOfShape CumSum Equal Expand Flatten Gather GatherND Greater GreaterOrEqual ' +
    'Identity IsNaN Less LessOrEqual Max Min Mul Neg Not Or Range Reshape ScatterND Shape Slice Squeeze Sub Tile ' +
    'Transpose Trilu Unsqueeze Where'
  ).split(' '),
);

const comparisons = new Set(['Greater', 'GreaterOrEqual', 'Less', 'LessOrEqual', 'Trilu', 'Max', 'CumSum']);

/** Operators whose constants are sizes, such as a number of heads. */
const shaping = new Set(['Concat', 'ConstantOfShape', 'Expand', 'Reshape', 'Tile']);

/** Axes, ranks and steps are smaller; ends of ranges are the limits of their types. Windows lie between. */
const [greatestSmall, leastLarge] = [8, 2 ** 31 - 2];

/** Old exporters hide by adding -10000. */
const leastInfinite = 10_000;

/**
 * Makes sure that masks say together no more than "earlier tokens only", so that the belt's visibility can take their place.
 *
 * @throws {GraphError} `UNSUPPORTED_GRAPH` naming the node that says more, such as a sliding window.
 */
export function checkCausalMask(index: GraphIndex, masks: readonly string[]): void {
  let causal = false;
  const seen = new Set(masks);
  for (const value of seen) {
    const node = index.producer(value);
    if (node === undefined) {
      const tensor = index.tensor(value);
      if (tensor !== undefined && constantValues(index, value) === undefined) {
        const reader = index.consumers(value)[0]!;
        throw unsupportedNode(reader, `takes its mask from the table "${value}"`);
      }
      continue;
    }
    if (!maskOperators.has(node.operator ?? ''))
      throw unsupportedNode(node, 'is unknown in an attention mask');
    causal ||= comparisons.has(node.operator!);
    for (const input of node.inputs) {
      if (input === '') continue;
      if (!shaping.has(node.operator!)) refuseWindow(index, node, input);
      refuseSlopes(index, node, input);
      // A length is a length, whatever it was measured on.
      if (node.operator !== 'Shape') seen.add(input);
    }
  }
  const reader = index.consumers(masks[0]!)[0]!;
  if (!causal) throw unsupportedNode(reader, 'takes a mask that does not hide later tokens');
}

function refuseWindow(index: GraphIndex, node: NodeProto, value: string): void {
  const type = index.tensor(value)?.dataType;
  if (type !== dataType.int32 && type !== dataType.int64) return;
  const window = constantValues(index, value)?.find((element) => {
    const size = Math.abs(element);
    return size > greatestSmall && size < leastLarge;
  });
  if (window === undefined) return;
  throw unsupportedNode(node, `brings ${window} into an attention mask: a sliding window or chunks`);
}

/** Hidden and visible are 0, 1 and what is as good as infinite; other numbers weigh distances, as those of ALiBi do. */
function refuseSlopes(index: GraphIndex, node: NodeProto, value: string): void {
  const type = index.tensor(value)?.dataType;
  if (type !== dataType.float && type !== dataType.float16) return;
  const slope = constantValues(index, value)?.find((element) => {
    const size = Math.abs(element);
    return size !== 0 && size !== 1 && !(size >= leastInfinite);
  });
  if (slope === undefined) return;
  throw unsupportedNode(node, `brings the factor ${slope} into an attention mask`);
}
