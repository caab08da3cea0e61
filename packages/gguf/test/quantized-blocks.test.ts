import { readFile } from 'node:fs/promises';
import { openGguf, readGgufCheckpoint } from '@beltline/gguf';
import { describe, expect, test } from 'vitest';
import { sourceOf, type Tensor, writeGguf } from './gguf-writer.ts';
import { goldenGguf } from './golden-gguf.ts';

const fixture = JSON.parse(
  await readFile(new URL('fixtures/quantized-blocks.json', import.meta.url), 'utf8'),
);
const bytesOf = (text: string) => new Uint8Array(Buffer.from(text, 'base64'));

const types = { Q4_0: 2, Q4_1: 3, Q5_0: 6, Q5_1: 7, Q8_0: 8, Q4_K: 12, Q5_K: 13, Q6_K: 14 };
const exact = ['Q4_0', 'Q5_0', 'Q8_0', 'Q6_K'];

/** A model whose every ffn_down is one of these tensors: an odd shape, which only a build would notice. */
async function openWith(tensor: Omit<Tensor, 'name'>, precision?: 'fp32' | 'int8' | 'int4') {
  const golden = await goldenGguf('qwen2');
  const tensors = golden.tensors!.map((old) =>
    old.name.includes('ffn_down') ? { ...tensor, name: old.name } : old,
  );
  const file = await openGguf(sourceOf(writeGguf({ ...golden, tensors })));
  return readGgufCheckpoint(file, precision && { precision });
}
const name = 'model.layers.1.mlp.down_proj.weight';

describe.each(Object.keys(types) as (keyof typeof types)[])('random blocks of %s', (type) => {
  const bytes = bytesOf(fixture[type].bytes);
  const expected = new Float32Array(bytesOf(fixture[type].values).buffer);
  const columns = type.endsWith('_K') ? 256 : 64;
  const rows = expected.length / columns;
  const tensor = { type: types[type], sizes: [columns, rows], bytes };

  test("dequantize to the values of llama.cpp's own Python package", async () => {
    const { tensors } = await openWith(tensor, 'fp32');
    expect(tensors.tensors.get(name)).toEqual({ element: type, shape: [rows, columns] });
    expectClose(await tensors.readRows(name, 0, rows), expected, exact.includes(type));
    expectClose(await tensors.readRows(name, 1, rows), expected.subarray(columns), exact.includes(type));
  });

  test('keep their codes as blocks of MatMulNBits', async () => {
    const { tensors } = await openWith(tensor);
    const { bits, blockSize, hasOffsets } = tensors.tensors.get(name)!.blocks!;
    const { packed, scales, offsets } = await tensors.readBlocks!(name, 0, rows);
    expect([packed.length, scales.length, offsets !== undefined]).toEqual([
      (expected.length * bits) / 8,
      expected.length / blockSize,
      hasOffsets,
    ]);
    const values = Float32Array.from(expected, (_, i) => {
      const code = bits === 8 ? packed[i]! : (packed[i >> 1]! >> (4 * (i % 2))) & 15;
      const block = Math.floor(i / blockSize);
      return Math.fround((code - 2 ** (bits - 1)) * scales[block]!) + (offsets?.[block] ?? 0);
    });
    expectClose(values, expected, exact.includes(type));
  });
});

/** Offsets are rounded sums: a few units in the last place of the largest of their parts. */
function expectClose(actual: Float32Array, expected: Float32Array, isExact: boolean): void {
  expect(actual).toHaveLength(expected.length);
  const greatest = expected.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  const limit = isExact ? 0 : greatest * 4e-7;
  for (const [i, value] of expected.entries()) {
    expect(Math.abs(actual[i]! - value)).toBeLessThanOrEqual(limit);
  }
}

test.each([
  ['F16', 1, [0x3c00, 0xc000, 0x0001, 0x7bff], [1, -2, 2 ** -24, 65504]],
  ['BF16', 30, [0x3f80, 0xc000, 0x0080, 0x3eaa], [1, -2, 2 ** -126, 0.33203125]],
] as const)('%s widens exactly', async (_, type, halves, expected) => {
  const bytes = new Uint8Array(Uint16Array.from(halves).buffer);
  const { tensors } = await openWith({ type, sizes: [2, 2], bytes });
  expect([...(await tensors.readRows(name, 0, 2))]).toEqual(expected);
});

test.each([
  ['Q4_1', undefined, true, 'int4'],
  ['Q4_1', 'int4', true, 'int4'],
  ['Q4_1', 'int8', true, 'int8'],
  ['Q4_1', 'fp32', false, 'fp32'],
  ['Q4_1', 'w8a8', false, 'w8a8'],
  ['Q8_0', undefined, true, 'int8'],
  ['Q8_0', 'int4', false, 'int4'],
] as const)('layers of %s with precision %s keep their blocks: %s', async (type, asked, keeps, precision) => {
  const golden = await goldenGguf('qwen2');
  const bytesPerBlock = { Q4_1: 20, Q8_0: 34 }[type];
  const tensors = golden.tensors!.map((old) => {
    const values = old.sizes.reduce((product, size) => product * size, 1);
    if (!old.name.startsWith('blk.') || old.sizes.length < 2) return old;
    return { ...old, type: types[type], bytes: new Uint8Array((values / 32) * bytesPerBlock) };
  });
  const file = await openGguf(sourceOf(writeGguf({ ...golden, tensors })));
  const checkpoint = await readGgufCheckpoint(file, asked && { precision: asked });
  expect(checkpoint.precision).toBe(precision);
  expect(checkpoint.tensors.tensors.get(name)!.blocks !== undefined).toBe(keeps);
});
