import fc from 'fast-check';
import { expect, test } from 'vitest';
import { blockSize, quantizeRows, roundedTensors } from '../src/index.ts';
import { tinyModel } from './build.ts';
import { dequantize } from './dequantize.ts';

const cases = { seed: 20260101, numRuns: 300 } as const;
const blocks = fc
  .array(fc.float({ min: -1000, max: 1000, noNaN: true }), { minLength: 1, maxLength: 4 * blockSize })
  .map((values) => {
    const padded = new Float32Array(Math.ceil(values.length / blockSize) * blockSize);
    padded.set(values);
    return padded;
  });

test.each([4, 8] as const)(
  '%i bits: no value moves by more than a scale, and the largest of a block stays',
  (bits) => {
    fc.assert(
      fc.property(blocks, (values) => {
        const quantized = quantizeRows(values, bits);
        const restored = dequantize(quantized, bits);
        for (let start = 0; start < values.length; start += blockSize) {
          const block = [...values.subarray(start, start + blockSize)];
          const largest = Math.max(...block.map(Math.abs));
          const scale = Math.abs(quantized.scales[start / blockSize]!);
          // Scales are rounded to float32: that shifts a value by its 2^-24th, and flushes the tiniest to zero.
          const slack = largest * 2 ** -22 + 2 ** -140;
          expect(scale).toBeLessThanOrEqual(largest / 2 ** (bits - 1) + slack);
          for (const [i, value] of block.entries()) {
            const moved = Math.abs(restored[start + i]! - value);
            const clipped =
              -value * Math.sign(block.find((other) => Math.abs(other) === largest)!) > largest - scale;
            expect(moved).toBeLessThanOrEqual((clipped ? scale : scale / 2) + slack);
            if (value === block.find((other) => Math.abs(other) === largest))
              expect(moved).toBeLessThanOrEqual(slack);
          }
        }
      }),
      cases,
    );
  },
);

test('blocks do not depend on each other: rows may come in any grouping', () => {
  fc.assert(
    fc.property(blocks, (values) => {
      const whole = quantizeRows(values, 4);
      const parts = Array.from({ length: values.length / blockSize }, (_, block) =>
        quantizeRows(values.subarray(block * blockSize, (block + 1) * blockSize), 4),
      );
      expect(parts.flatMap((part) => [...part.packed])).toEqual([...whole.packed]);
      expect(parts.flatMap((part) => [...part.scales])).toEqual([...whole.scales]);
    }),
    cases,
  );
});

test('4-bit values lie in pairs, the earlier one in the low half', () => {
  const values = new Float32Array(blockSize);
  values.set([-8, 7, 1, -3]);
  const { packed, scales } = quantizeRows(values, 4);
  expect([...scales]).toEqual([1]);
  expect([...packed.subarray(0, 3)]).toEqual([0 | (15 << 4), 9 | (5 << 4), 8 | (8 << 4)]);
});

test('a block of zeros stays zero', () => {
  expect([...dequantize(quantizeRows(new Float32Array(blockSize), 8), 8)].every((value) => value === 0)).toBe(
    true,
  );
});

test('a broken block is refused', () => {
  expect(() => quantizeRows(new Float32Array(33), 4)).toThrow(RangeError);
});

test.each(['int4', 'int8'] as const)(
  'weights rounded to %s are what its blocks say; vectors stay',
  async (precision) => {
    const bits = precision === 'int4' ? 4 : 8;
    const { tensors } = tinyModel({ attention_bias: true });
    const rounded = roundedTensors(tensors, precision);
    for (const [name, { shape }] of tensors.tensors) {
      const values = await tensors.readRows(name, 1, shape[0]!);
      const expected = shape.length === 2 ? dequantize(quantizeRows(values, bits), bits) : values;
      expect([...(await rounded.readRows(name, 1, shape[0]!))]).toEqual([...expected]);
    }
    expect(roundedTensors(tensors, 'fp32')).toBe(tensors);
  },
);
