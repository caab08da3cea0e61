import { describe, expect, test } from 'vitest';
import {
  type BlockFormat,
  joinTensorSources,
  type QuantizedRows,
  readBeltGraph,
  ropeInverseFrequencies,
  roundedTensors,
  type TensorDescription,
  type TensorSource,
} from '../src/index.ts';
import { modelTable } from '../src/onnx-messages.ts';
import { decodeMessage, encodeMessage } from '../src/protobuf.ts';
import { causalStep, openBeltSession } from './belt-session.ts';
import { buildBytes, tinyModel } from './build.ts';
import { greatestDifference } from './golden.ts';
import { plainLogits } from './plain-model.ts';

const text = [5, 17, 42, 3, 60, 61, 62];

/** Any matrix's rows in blocks of some format; codes, scales and offsets are pseudo-random. */
function randomBlocks(values: Float32Array, { bits, blockSize, hasOffsets }: BlockFormat): QuantizedRows {
  const blocks = values.length / blockSize;
  const at = (i: number) => Math.abs(values[i % values.length]!) * 1e4;
  return {
    packed: Uint8Array.from({ length: (values.length * bits) / 8 }, (_, i) => at(i) * 7),
    scales: Float32Array.from({ length: blocks }, (_, i) => (0.2 + (at(i) % 1)) / 2 ** (bits + 2)),
    ...(hasOffsets && {
      offsets: Float32Array.from({ length: blocks }, (_, i) => ((at(i + 1) % 1) - 0.5) / 8),
    }),
  };
}

/** The definition, value by value. */
function valuesOf(
  { packed, scales, offsets }: QuantizedRows,
  { bits, blockSize }: BlockFormat,
): Float32Array {
  return Float32Array.from({ length: scales.length * blockSize }, (_, i) => {
    const byte = packed[Math.floor((i * bits) / 8)]!;
    const code = bits === 8 ? byte : (byte >> (4 * (i % 2))) & 15;
    const block = Math.floor(i / blockSize);
    return (code - 2 ** (bits - 1)) * scales[block]! + (offsets?.[block] ?? 0);
  });
}

/** A checkpoint whose matrices are stored in blocks. */
function inBlocks(source: TensorSource, format: BlockFormat): TensorSource {
  const tensors = new Map<string, TensorDescription>();
  for (const [name, tensor] of source.tensors) {
    tensors.set(name, tensor.shape.length === 2 ? { ...tensor, blocks: format } : tensor);
  }
  const readBlocks = async (name: string, first: number, end: number) =>
    randomBlocks(await source.readRows(name, first, end), format);
  return {
    tensors,
    readBlocks,
    async readRows(name, first, end) {
      if (tensors.get(name)!.blocks === undefined) return source.readRows(name, first, end);
      return valuesOf(await readBlocks(name, first, end), format);
    },
  };
}

/** The same graph, with activations left as float32 inside MatMulNBits. */
function withFloatActivations(bytes: Uint8Array): Uint8Array {
  const model = decodeMessage(modelTable, bytes);
  for (const { attributes } of model.graph!.nodes) {
    for (const attribute of attributes) if (attribute.name === 'accuracy_level') attribute.int = 1n;
  }
  return Buffer.concat(encodeMessage(modelTable, model).parts);
}

const formats: readonly BlockFormat[] = [
  { bits: 4, blockSize: 32, hasOffsets: false },
  { bits: 4, blockSize: 32, hasOffsets: true },
  { bits: 8, blockSize: 32, hasOffsets: false },
  { bits: 8, blockSize: 32, hasOffsets: true },
  { bits: 8, blockSize: 16, hasOffsets: false },
];

describe.each([true, false])('a matrix stored in blocks (LM head tied: %s)', (tied) => {
  test.each(formats)(
    'goes into the graph as it is: $bits bits, $blockSize values, offsets $hasOffsets',
    async (format) => {
      const model = tinyModel({ tie_word_embeddings: tied, attention_bias: true });
      const tensors = inBlocks(model.tensors, format);
      const bytes = await buildBytes({ config: model.config, tensors, precision: 'int4' });
      const step = causalStep(0, text);
      const expected = await plainLogits(
        model.config,
        tensors,
        [...ropeInverseFrequencies(model.config)],
        step,
      );
      for (const [graph, limit] of [
        [withFloatActivations(bytes), 5e-5],
        [bytes, 0.15],
      ] as const) {
        const session = await openBeltSession(graph, 32);
        const none = (await session.peek({ ...step, rows: [] })).logits!;
        expect(none.dims).toEqual([0, 80]);
        expect(greatestDifference(await session.forward(step), expected)).toBeLessThan(limit);
        await session.release();
      }
    },
  );
});

test('stored blocks are not rounded again for another graph', async () => {
  const { tensors } = tinyModel();
  const stored = inBlocks(tensors, { bits: 8, blockSize: 32, hasOffsets: true });
  const rounded = roundedTensors(stored, 'int4');
  for (const [name, { shape }] of stored.tensors) {
    expect(await rounded.readRows(name, 0, shape[0]!)).toEqual(await stored.readRows(name, 0, shape[0]!));
  }
});

test('stored blocks stay whatever the precision, which floats follow', async () => {
  const model = tinyModel();
  const tensors = inBlocks(model.tensors, formats[0]!);
  const bytes = await buildBytes({
    config: model.config,
    tensors: joinTensorSources([tensors]),
    precision: 'fp32',
  });
  const { nodes } = decodeMessage(modelTable, bytes).graph!;
  expect(readBeltGraph(bytes).precision).toBe('fp32');
  expect(nodes.filter(({ operator }) => operator === 'MatMul')).toEqual([]);
  expect(nodes.filter(({ operator }) => operator === 'MatMulNBits')).toHaveLength(15);
});

test('progress counts stored blocks as it counts floats', async () => {
  const model = tinyModel();
  const tensors = inBlocks(model.tensors, formats[1]!);
  const reports: { done: number; total: number }[] = [];
  await buildBytes({ config: model.config, tensors, onProgress: (progress) => reports.push(progress) });
  expect(reports.at(-1)!.done).toBe(reports.at(-1)!.total);
});
