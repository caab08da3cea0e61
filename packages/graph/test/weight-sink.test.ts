import { expect, test } from 'vitest';
import { externalWeights, inlineWeights } from '../src/index.ts';

async function* pieces(...sizes: number[]): AsyncIterable<Uint8Array> {
  for (const [index, size] of sizes.entries()) yield new Uint8Array(size).fill(index + 1);
}

test('inline weights are the pieces, joined', async () => {
  const stored = await inlineWeights().store(3, pieces(1, 2));
  expect(stored).toEqual({ kind: 'inline', bytes: Uint8Array.of(1, 2, 2) });
});

test('weights beyond the limit of one file are refused before they are read', async () => {
  const sink = inlineWeights();
  await sink.store(3, pieces(3));
  const refused = sink.store(2 ** 31 - 2 ** 24, pieces(1));
  await expect(refused).rejects.toMatchObject({ name: 'GraphError', code: 'GRAPH_TOO_LARGE' });
});

test('external tensors start at page boundaries, and small ones stay in the model', async () => {
  const written: Uint8Array[] = [];
  const sink = externalWeights({ location: 'w', append: async (bytes) => void written.push(bytes.slice()) });
  const first = await sink.store(3000, pieces(2000, 1000));
  const small = await sink.store(100, pieces(100));
  const second = await sink.store(5000, pieces(5000));
  expect(first).toEqual({ kind: 'external', location: 'w', offset: 0, byteLength: 3000 });
  expect(small).toMatchObject({ kind: 'inline' });
  expect(second).toEqual({ kind: 'external', location: 'w', offset: 4096, byteLength: 5000 });
  const file = Buffer.concat(written);
  expect(file).toHaveLength(4096 + 5000);
  expect([file[0], file[2000], file[3000], file[4095], file[4096]]).toEqual([1, 2, 0, 0, 1]);
});

test('pieces that do not add up are refused', async () => {
  const sink = externalWeights({ location: 'w', append: async () => {} });
  await expect(sink.store(2000, pieces(1999))).rejects.toThrow(RangeError);
  await expect(inlineWeights().store(2, pieces(1))).rejects.toThrow(RangeError);
  await expect(inlineWeights().store(2, pieces(1, 2))).rejects.toThrow(RangeError);
});
