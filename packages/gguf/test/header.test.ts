import { GgufError, type GgufErrorCode, openGguf } from '@beltline/gguf';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  bool,
  float32,
  float32s,
  type GgufContents,
  int32s,
  sourceOf,
  string,
  strings,
  type Tensor,
  uint32,
  writeGguf,
} from './gguf-writer.ts';

const open = (bytes: Uint8Array) => openGguf(sourceOf(bytes));
const vector: Tensor = { name: 'v', type: 0, sizes: [4], bytes: new Uint8Array(16) };
const matrix: Tensor = { name: 'm', type: 8, sizes: [64, 3], bytes: new Uint8Array(2 * 3 * 34).fill(7) };

async function codeOf(opening: Promise<unknown>): Promise<GgufErrorCode | 'opened'> {
  return opening.then(
    () => 'opened',
    (error: unknown) => {
      if (error instanceof GgufError) return error.code;
      throw error;
    },
  );
}

test.each([2, 3])(
  'version %i: metadata of every type, tensors in their own order of axes',
  async (version) => {
    const file = await open(
      writeGguf({
        version,
        tensors: [vector, matrix],
        metadata: {
          text: string('naïve \uFEFF🚀'),
          yes: bool(true),
          count: uint32(4_000_000_000),
          float: float32(0.5),
          safe: { type: 'uint64', value: 2 ** 40 },
          negative: { type: 'int64', value: -3 },
          double: { type: 'float64', value: 0.1 },
          words: strings(['a', '\uFEFF', '']),
          types: int32s([1, -1]),
          scores: float32s([0.25, -1000]),
          nested: { type: 'array', of: 'array', values: [int32s([1]), strings(['x'])] },
        },
      }),
    );
    expect(Object.fromEntries(file.metadata)).toEqual({
      text: 'naïve \uFEFF🚀',
      yes: true,
      count: 4_000_000_000,
      float: 0.5,
      safe: 2 ** 40,
      negative: -3,
      double: 0.1,
      words: ['a', '\uFEFF', ''],
      types: Int32Array.of(1, -1),
      scores: Float32Array.of(0.25, -1000),
      nested: [Int32Array.of(1), ['x']],
    });
    expect(file.tensors.get('m')).toMatchObject({ typeName: 'Q8_0', shape: [3, 64], byteLength: 204 });
    expect(await file.readRows('m', 1, 3)).toEqual(new Uint8Array(136).fill(7));
    await expect(file.readRows('m', 2, 4)).rejects.toThrow(RangeError);
    await expect(file.readRows('none', 0, 1)).rejects.toThrow(RangeError);
  },
);

test('the alignment that the file names is where tensors begin', async () => {
  const metadata = { 'general.alignment': uint32(256) };
  const file = await open(writeGguf({ metadata, tensors: [vector, matrix], alignment: 256 }));
  expect([...file.tensors.values()].map(({ start }) => start % 256)).toEqual([0, 0]);
  expect((await file.readRows('m', 0, 3)).every((byte) => byte === 7)).toBe(true);
});

test('a header longer than the first read is read on', async () => {
  const words = Array.from({ length: 200_000 }, (_, i) => `word ${i}`);
  const bytes = writeGguf({ metadata: { words: strings(words) }, tensors: [vector] });
  const source = sourceOf(bytes);
  const lengths: number[] = [];
  const file = await openGguf({
    ...source,
    read(offset, length) {
      lengths.push(length);
      return source.read(offset, length);
    },
  });
  expect(file.metadata.get('words')).toEqual(words);
  expect(lengths.length).toBeGreaterThan(1);
  expect(lengths.length).toBeLessThan(4);
});

test('an abort stops the reading with its reason', async () => {
  const reason = new Error('enough');
  await expect(openGguf(sourceOf(writeGguf({ metadata: {} })), AbortSignal.abort(reason))).rejects.toBe(
    reason,
  );
});

describe('a file that cannot be read is refused', () => {
  const valid: GgufContents = { metadata: { a: uint32(1) }, tensors: [vector] };
  const changed = (change: (view: DataView) => void): Uint8Array => {
    const bytes = writeGguf(valid);
    change(new DataView(bytes.buffer));
    return bytes;
  };

  test.each<[string, Uint8Array, GgufErrorCode, RegExp]>([
    ['empty', new Uint8Array(0), 'INVALID_GGUF', /complete/],
    ['something else', new TextEncoder().encode('PK something else'), 'INVALID_GGUF', /begin with "GGUF"/],
    ['version 1', changed((view) => view.setUint32(4, 1, true)), 'UNSUPPORTED_GGUF', /version 1/],
    ['version 4', changed((view) => view.setUint32(4, 4, true)), 'UNSUPPORTED_GGUF', /version 4/],
    ['big-endian', changed((view) => view.setUint32(4, 3, false)), 'UNSUPPORTED_GGUF', /big-endian/],
    [
      'endless tensors',
      changed((view) => view.setBigUint64(8, 2n ** 63n, true)),
      'INVALID_GGUF',
      /number of tensors/,
    ],
    ['many tensors', changed((view) => view.setBigUint64(8, 2n ** 40n, true)), 'INVALID_GGUF', /tensors/],
    [
      'many entries',
      changed((view) => view.setBigUint64(16, 2n ** 40n, true)),
      'INVALID_GGUF',
      /metadata entries/,
    ],
    ['a wild key', changed((view) => view.setBigUint64(24, 2n ** 50n, true)), 'INVALID_GGUF', /metadata key/],
    [
      'an unknown value type',
      changed((view) => view.setUint32(33, 99, true)),
      'INVALID_GGUF',
      /value type 99/,
    ],
    [
      'a wild offset',
      writeGguf({ ...valid, tensors: [{ ...vector, sizes: [4, 2 ** 40] }] }),
      'INVALID_GGUF',
      /ends at byte/,
    ],
    [
      'an impossible shape',
      writeGguf({ ...valid, tensors: [{ ...vector, sizes: [2 ** 50, 2 ** 50] }] }),
      'INVALID_GGUF',
      /shape/,
    ],
    [
      'an empty tensor',
      writeGguf({ ...valid, tensors: [{ ...vector, sizes: [0] }] }),
      'INVALID_GGUF',
      /empty/,
    ],
    [
      'five axes',
      writeGguf({ ...valid, tensors: [{ ...vector, sizes: [1, 1, 1, 1, 4] }] }),
      'INVALID_GGUF',
      /5 axes/,
    ],
    [
      'a torn block',
      writeGguf({ ...valid, tensors: [{ ...matrix, sizes: [48, 4] }] }),
      'INVALID_GGUF',
      /whole blocks/,
    ],
    ['the same tensor twice', writeGguf({ ...valid, tensors: [vector, vector] }), 'INVALID_GGUF', /twice/],
    [
      'an odd alignment',
      writeGguf({ metadata: { 'general.alignment': uint32(12) } }),
      'INVALID_GGUF',
      /alignment/,
    ],
    [
      'a part of several',
      writeGguf({ metadata: { 'split.count': uint32(3) } }),
      'UNSUPPORTED_GGUF',
      /3 parts/,
    ],
  ])('%s', async (_, bytes, code, message) => {
    await expect(open(bytes)).rejects.toMatchObject({
      name: 'GgufError',
      code,
      message: expect.stringMatching(message),
    });
  });

  test('arrays in arrays in arrays', async () => {
    let value = int32s([1]);
    for (let depth = 0; depth < 2000; depth++) value = { type: 'array', of: 'array', values: [value] };
    await expect(open(writeGguf({ metadata: { value } }))).rejects.toMatchObject({
      code: 'UNSUPPORTED_GGUF',
    });
  });

  test('overlapping tensors', async () => {
    const bytes = writeGguf({ metadata: {}, tensors: [matrix, { ...matrix, name: 'n' }] });
    // The second tensor's offset stands last in the header, which the first one's data follow.
    const view = new DataView(bytes.buffer);
    const dataStart = (await open(bytes)).tensors.get('m')!.start;
    for (let at = dataStart - 8; at > dataStart - 40; at--) {
      if (view.getBigUint64(at, true) === 224n) view.setBigUint64(at, 32n, true);
    }
    await expect(open(bytes)).rejects.toThrow(/overlap/);
  });

  test('a type that cannot be read, when its rows are asked for', async () => {
    const file = await open(writeGguf({ metadata: {}, tensors: [{ ...vector, type: 10 }] }));
    await expect(file.readRows('v', 0, 1)).rejects.toMatchObject({
      code: 'UNSUPPORTED_MODEL',
      message: expect.stringMatching(/Q2_K/),
    });
  });
});

describe('damaged headers end in typed errors, quickly and without much memory', () => {
  const whole = writeGguf({
    metadata: {
      'general.architecture': string('llama'),
      'general.alignment': uint32(32),
      words: strings(['alpha', 'beta', '', 'gamma']),
      types: int32s([1, 2, 3]),
      nested: { type: 'array', of: 'array', values: [float32s([1]), strings(['x', 'y'])] },
      flag: bool(false),
    },
    tensors: [vector, matrix],
  });

  test('cut anywhere', async () => {
    const { start, byteLength } = (await open(whole)).tensors.get('m')!;
    for (let length = 0; length <= whole.length; length++) {
      // What lies behind the last tensor is padding.
      const expected = length < start + byteLength ? 'INVALID_GGUF' : 'opened';
      expect(await codeOf(open(whole.slice(0, length)))).toBe(expected);
    }
  });

  test('any bytes changed: opened or refused, never anything else', async () => {
    const wild = [0, 1, 7, 8, 9, 0x7f, 0x80, 0xff];
    const headerLength = (await open(whole)).tensors.get('v')!.start;
    const change = fc.tuple(
      fc.nat(headerLength - 1),
      fc.array(fc.oneof(fc.constantFrom(...wild), fc.nat(255)), { minLength: 1, maxLength: 9 }),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(change, { minLength: 1, maxLength: 3 }), async (changes) => {
        const bytes = whole.slice();
        for (const [at, values] of changes) bytes.set(values.slice(0, bytes.length - at), at);
        expect(['opened', 'INVALID_GGUF', 'UNSUPPORTED_GGUF']).toContain(await codeOf(open(bytes)));
      }),
      { seed: 5, numRuns: 3000 },
    );
  });

  test('random bytes behind a good beginning', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 300 }), async (tail) => {
        const bytes = new Uint8Array(24 + tail.length);
        bytes.set(whole.subarray(0, 8));
        bytes[8] = 2;
        bytes[16] = 3;
        bytes.set(tail, 24);
        expect(['opened', 'INVALID_GGUF', 'UNSUPPORTED_GGUF']).toContain(await codeOf(open(bytes)));
      }),
      { seed: 6, numRuns: 2000 },
    );
  });

  test('a header that claims to go on through a huge file is not read through', async () => {
    let read = 0;
    const source = {
      name: 'huge.gguf',
      size: 2 ** 40,
      async read(offset: number, length: number) {
        read = Math.max(read, length);
        const bytes = new Uint8Array(length);
        bytes.set(whole.subarray(offset, Math.min(24, offset + length)));
        // One key of 2^39 bytes.
        new DataView(bytes.buffer).setBigUint64(24, 2n ** 39n, true);
        return bytes;
      },
    };
    expect(await codeOf(openGguf(source))).toBe('INVALID_GGUF');
    expect(read).toBeLessThanOrEqual(2 ** 20);
  });
});
