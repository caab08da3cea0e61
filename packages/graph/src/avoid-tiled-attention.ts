import { attributeType, modelTable, type NodeProto } from './onnx-messages.ts';
import { decodeMessage, encodeMessage } from './protobuf.ts';

/** `qk_output` of GroupQueryAttention: the probabilities, as they are after the softmax. */
const afterSoftmax = 2n;
const probabilitiesOutput = 3;

/**
 * Makes the CPU kernels of ONNX Runtime compute attention with whole matrices instead of tile by tile.
 *
 * Tiles are sized by the L2 cache. Where its size is unknown, as in WebAssembly, version 1.30 makes them 1 by 1: ten rows
 * take ten times as long as they should. A node that hands out its probabilities, which nobody reads here, is not tiled.
 *
 * @returns the bytes of an ONNX file with the same inputs, outputs and values.
 * @throws {GraphError} `INVALID_PROTOBUF` when the bytes are no ONNX file.
 * @example
 * const session = await InferenceSession.create(avoidTiledAttention(graph), { executionProviders: ['wasm'] });
 */
export function avoidTiledAttention(bytes: Uint8Array): Uint8Array {
  const model = decodeMessage(modelTable, bytes);
  for (const node of model.graph?.nodes ?? []) {
    if (node.operator === 'GroupQueryAttention' && !node.outputs[probabilitiesOutput]) {
      handOutProbabilities(node);
    }
  }
  const { parts, byteLength } = encodeMessage(modelTable, model);
  const joined = new Uint8Array(byteLength);
  let offset = 0;
  for (const part of parts) {
    joined.set(part, offset);
    offset += part.byteLength;
  }
  return joined;
}

function handOutProbabilities(node: NodeProto): void {
  while (node.outputs.length < probabilitiesOutput) node.outputs.push('');
  node.outputs[probabilitiesOutput] = `${node.outputs[0]}.probabilities`;
  node.attributes = [
    ...node.attributes.filter(({ name }) => name !== 'qk_output'),
    { name: 'qk_output', type: attributeType.int, int: afterSoftmax, ints: [] },
  ];
}
