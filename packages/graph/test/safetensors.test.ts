import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type ByteSource, GraphError, openSafetensors } from '../src/index.ts';

function source(bytes: Uint8Array): ByteSource {
  return {
    name: 'test.safetensors',
    size: bytes.length,
    async read(offset, length) {
      if (offset < 0 || offset + length > bytes.length) throw new Error('Read outside the file.');
      return bytes.slice(offset, offset + length);
    },
  };
}

function file(header: unknown, data: Uint8Array | number = 0): Uint8Array {
  const json = new TextEncoder().encode(typeof header === 'string' ? header : JSON.stringify(header));
  const length = new Uint8Array(BigUint64Array.of(BigInt(json.length)).buffer);
  return new Uint8Array(
    Buffer.concat([length, json, typeof data === 'number' ? new Uint8Array(data) : data]),
  );
}

const entry = (dtype: string, shape: unknown, offsets: unknown) => ({ dtype, shape, data_offsets: offsets });

describe('values', () => {
  test('rows come as float32, exactly, wherever they lie in the file', async () => {
    const floats = Float32Array.of(1.5, -2, 3e-40, 4, Infinity, 6);
    const halves = Uint16Array.of(0x3c00, 0xc000, 0x0001, 0x8000, 0x7bff, 0x7c00);
    const brains = Uint16Array.of(0x3f80, 0xc000, 0x0001, 0x8000, 0x7f7f, 0xff80);
    const data = Buffer.concat([floats, halves, brains].map((array) => new Uint8Array(array.buffer)));
    const header = {
      __metadata__: { format: 'pt' },
      floats: entry('F32', [3, 2], [0, 24]),
      halves: entry('F16', [6], [24, 36]),
      brains: entry('BF16', [2, 3], [36, 48]),
    };
    // One more blank in the header moves all data to another alignment.
    for (const blanks of ['', ' ', '  ', '   ']) {
      const tensors = await openSafetensors(source(file(JSON.stringify(header) + blanks, data)));
      expect([...tensors.tensors.keys()]).toEqual(['floats', 'halves', 'brains']);
      expect([...(await tensors.readRows('floats', 1, 3))]).toEqual([...floats.subarray(2)]);
      expect([...(await tensors.readRows('halves', 0, 6))]).toEqual([1, -2, 2 ** -24, -0, 65504, Infinity]);
      expect([...(await tensors.readRows('brains', 1, 2))]).toEqual([-0, 3.3895313892515355e38, -Infinity]);
    }
  });

  test('every half is the float that IEEE 754 says', async () => {
    const halves = Uint16Array.from({ length: 65536 }, (_, bits) => bits);
    const bytes = file({ h: entry('F16', [65536], [0, 131072]) }, new Uint8Array(halves.buffer));
    const values = await (await openSafetensors(source(bytes))).readRows('h', 0, 65536);
    for (const [bits, value] of values.entries()) {
      const [sign, exponent, fraction] = [bits >> 15 ? -1 : 1, (bits >> 10) & 31, bits & 1023];
      const finite = exponent === 0 ? fraction * 2 ** -24 : (1 + fraction / 1024) * 2 ** (exponent - 15);
      const expected = exponent < 31 ? sign * finite : fraction === 0 ? sign * Infinity : NaN;
      if (!Object.is(value, expected)) expect(value, `half ${bits}`).toBe(expected);
    }
  });

  test('rows outside the tensor and unknown names are the caller’s mistake', async () => {
    const tensors = await openSafetensors(source(file({ a: entry('F32', [2], [0, 8]) }, 8)));
    await expect(tensors.readRows('a', 0, 3)).rejects.toThrow(RangeError);
    await expect(tensors.readRows('a', -1, 1)).rejects.toThrow(RangeError);
    await expect(tensors.readRows('b', 0, 1)).rejects.toThrow(RangeError);
  });

  test('elements that are no floats are described but not read', async () => {
    const tensors = await openSafetensors(source(file({ a: entry('I64', [2], [0, 16]) }, 16)));
    expect(tensors.tensors.get('a')).toMatchObject({ element: 'I64', shape: [2] });
    await expect(tensors.readRows('a', 0, 1)).rejects.toMatchObject({
      code: 'INVALID_CHECKPOINT',
      subject: 'a',
    });
  });
});

test.each<[string, Uint8Array]>([
  ['an empty file', new Uint8Array(0)],
  ['a file shorter than its first number', new Uint8Array(7)],
  ['a header longer than the file', file({}).subarray(0, 9)],
  ['an absurd header length', new Uint8Array(100).fill(255)],
  ['a header length of 2^63', Uint8Array.of(0, 0, 0, 0, 0, 0, 0, 0x80, ...new Uint8Array(100))],
  ['a header that is no JSON', file('{"a":')],
  ['a header that nests without end', file('['.repeat(1_000_000))],
  ['a tensor that nests without end', file(`{"a":${'['.repeat(100_000)}${']'.repeat(100_000)}}`)],
  [
    'a shape of more elements than there are numbers',
    file({ a: entry('F32', Array(40).fill(2 ** 53 - 1), [0, 4]) }, 4),
  ],
  [
    'a shape of nothing times everything',
    file({ a: entry('F32', [0, ...Array(40).fill(2 ** 53 - 1)], [0, 4]) }, 4),
  ],
  ['offsets beyond all files', file({ a: entry('F32', [1], [2 ** 53 - 5, 2 ** 53 - 1]) }, 4)],
  ['a tensor named __proto__', file('{"__proto__":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}', 3)],
  ['a header that is no UTF-8', new Uint8Array([1, 0, 0, 0, 0, 0, 0, 0, 0xff])],
  ['a header that is no object', file('[]')],
  ['a tensor that is no object', file({ a: null })],
  ['a missing dtype', file({ a: { shape: [1], data_offsets: [0, 4] } }, 4)],
  ['a missing shape', file({ a: { dtype: 'F32', data_offsets: [0, 4] } }, 4)],
  ['a negative size', file({ a: entry('F32', [-1], [0, 4]) }, 4)],
  ['a fractional size', file({ a: entry('F32', [0.5], [0, 2]) }, 4)],
  ['offsets that fall', file({ a: entry('F32', [1], [4, 0]) }, 4)],
  ['three offsets', file({ a: entry('F32', [1], [0, 4, 8]) }, 8)],
  ['data that end too early', file({ a: entry('F32', [2], [0, 8]) }, 7)],
  ['offsets that do not fit the shape', file({ a: entry('F16', [3], [0, 8]) }, 8)],
  ['tensors that overlap', file({ a: entry('F32', [2], [0, 8]), b: entry('F32', [1], [4, 8]) }, 8)],
])('%s is refused', async (_, bytes) => {
  await expect(openSafetensors(source(bytes))).rejects.toMatchObject({
    name: 'GraphError',
    code: 'INVALID_SAFETENSORS',
  });
});

test('a file cut or changed anywhere opens or is refused, with no other error', async () => {
  const whole = file({ a: entry('F32', [2, 2], [0, 16]), b: entry('BF16', [4], [16, 24]) }, 24);
  const check = async (bytes: Uint8Array): Promise<void> => {
    const error = await openSafetensors(source(bytes)).then(
      () => undefined,
      (reason: unknown) => reason,
    );
    if (error !== undefined) expect(error).toBeInstanceOf(GraphError);
  };
  for (let length = 0; length < whole.length; length++) await check(whole.subarray(0, length));
  const change = fc.tuple(fc.nat(whole.length - 1), fc.nat(255));
  await fc.assert(
    fc.asyncProperty(fc.array(change, { minLength: 1, maxLength: 4 }), async (changes) => {
      const changed = whole.slice();
      for (const [index, value] of changes) changed[index] = value;
      await check(changed);
    }),
    { seed: 20260105, numRuns: 500 },
  );
});
