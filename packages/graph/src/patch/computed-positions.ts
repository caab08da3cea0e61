import { beltInputs } from '../contract.ts';
import { constantScalar, constantValues } from './constant-value.ts';
import type { GraphIndex } from './graph-index.ts';
import { isOperator } from './node-attributes.ts';

/**
 * Feeds the positions to a graph that computes them: new tokens count from the length of the past, which is what a belt
 * must be free to change. Exporters write Range and Unsqueeze for that.
 */
export function feedPositions(index: GraphIndex): void {
  if (index.input(beltInputs.positionIds) !== undefined) return;
  for (const node of index.graph.nodes) {
    if (!isOperator(node, 'Unsqueeze') || constantValues(index, node.inputs[1] ?? '')?.[0] !== 0) continue;
    const range = index.producer(node.inputs[0] ?? '');
    if (!isOperator(range, 'Range') || !isPastLength(index, range.inputs[0] ?? '')) continue;
    const positions = node.outputs[0]!;
    for (const reader of index.consumers(positions)) {
      reader.inputs = reader.inputs.map((input) => (input === positions ? beltInputs.positionIds : input));
    }
  }
}

/** Whether a value is the number of slots of a cache. */
function isPastLength(index: GraphIndex, value: string): boolean {
  let node = index.producer(value);
  while (isOperator(node, 'Cast', 'Squeeze', 'Identity')) node = index.producer(node.inputs[0] ?? '');
  if (!isOperator(node, 'Gather') || constantScalar(index, node.inputs[1] ?? '') !== 2) return false;
  const shape = index.producer(node.inputs[0] ?? '');
  return isOperator(shape, 'Shape') && index.input(shape.inputs[0] ?? '') !== undefined;
}
