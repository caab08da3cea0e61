import { joinBytes } from './join-bytes.ts';
import { createOnnxGraph } from './onnx-graph.ts';
import { modelTable } from './onnx-messages.ts';
import { encodeMessage } from './protobuf.ts';

/** One product of the largest codes of w8a8, by which a runtime shows whether it adds them exactly. */
export interface OverflowProbe {
  /** ONNX file with the input `codes`, uint8 `[1, columns]`, and the output `sums`, int32 `[1, 16]`. */
  readonly bytes: Uint8Array;
  readonly codes: Uint8Array;
  /** What each of the sums is. */
  readonly sum: number;
}

/**
 * Processors of x64 without VNNI multiply 8-bit integers in pairs and add each pair in 16 bits, where large codes are cut off.
 *
 * @example
 * const { bytes, codes, sum } = overflowProbe();
 */
export function overflowProbe(): OverflowProbe {
  const [columns, rows] = [64, 16];
  const graph = createOnnxGraph();
  graph.input('codes', 'uint8', [1, columns]);
  const weights = graph.initializer('weights', 'int8', [columns, rows], {
    kind: 'inline',
    bytes: new Uint8Array(columns * rows).fill(127),
  });
  graph.node('sums', 'MatMulInteger', ['codes', weights]);
  graph.output('sums', 'int32', [1, rows]);
  const { parts, byteLength } = encodeMessage(modelTable, graph.finish({}));
  return {
    bytes: joinBytes(parts, byteLength),
    codes: new Uint8Array(columns).fill(255),
    sum: columns * 255 * 127,
  };
}
