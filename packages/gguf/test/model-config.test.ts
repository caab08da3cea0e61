import { openGguf, readGgufCheckpoint } from '@beltline/gguf';
import { ropeInverseFrequencies } from '@beltline/graph';
import { describe, expect, test } from 'vitest';
import {
  bool,
  float32,
  sourceOf,
  string,
  type Tensor,
  uint32,
  type Value,
  writeGguf,
} from './gguf-writer.ts';
import { goldenGguf } from './golden-gguf.ts';

async function readWith(
  changes: Readonly<Record<string, Value>>,
  { tensors: added = [], without }: { tensors?: readonly Tensor[]; without?: string } = {},
) {
  const golden = await goldenGguf('llama');
  const metadata = Object.fromEntries(
    Object.entries({ ...golden.metadata, ...changes }).filter(([key]) => key !== without),
  );
  const tensors = [...golden.tensors!, ...added];
  return readGgufCheckpoint(await openGguf(sourceOf(writeGguf({ metadata, tensors }))));
}

const frequencies = async (...options: Parameters<typeof readWith>) =>
  ropeInverseFrequencies((await readWith(...options)).config);

describe('rotary frequencies', () => {
  test('are divided by the factors that the file brings, which are no weights', async () => {
    const factors = Float32Array.of(1, 1, 1, 1.5, 2, 8, 32, 32);
    const bytes = new Uint8Array(factors.buffer);
    const tensor = { name: 'rope_freqs.weight', type: 0, sizes: [8], bytes };
    const plain = await frequencies({});
    expect(await frequencies({}, { tensors: [tensor] })).toEqual(
      plain.map((value, i) => value / factors[i]!),
    );
    expect((await readWith({}, { tensors: [tensor] })).tensors.tensors.has('rope_freqs.weight')).toBe(false);
    await expect(readWith({}, { tensors: [{ ...tensor, sizes: [4] }] })).rejects.toMatchObject({
      code: 'INVALID_METADATA',
    });
  });

  test('are all divided by the factor of linear scaling', async () => {
    const plain = await frequencies({});
    const scaled = await frequencies({
      'llama.rope.scaling.type': string('linear'),
      'llama.rope.scaling.factor': float32(4),
    });
    expect(scaled).toEqual(plain.map((value) => value / 4));
  });

  const factor = { 'llama.rope.scaling.factor': float32(4) };
  const old = { 'llama.rope.scale_linear': float32(2) };

  test.each<[string, Readonly<Record<string, Value>>, number]>([
    ['a file without a type scales in a linear way', factor, 4],
    ['the old key counts where there is no factor', old, 2],
    ['a factor counts more than the old key', { ...factor, ...old }, 4],
    ['a factor of 0 stands for none', { ...old, 'llama.rope.scaling.factor': float32(0) }, 1],
    ['a missing factor stands for none', { 'llama.rope.scaling.type': string('linear') }, 1],
    ['the type none has no factor', { ...factor, 'llama.rope.scaling.type': string('none') }, 1],
  ])('are scaled as llama.cpp does: %s', async (_, changes, divisor) => {
    const plain = await frequencies({});
    expect(await frequencies(changes)).toEqual(plain.map((value) => value / divisor));
  });
});

test('sizes of heads follow from the hidden size where the file is silent', async () => {
  expect((await readWith({}, { without: 'llama.attention.key_length' })).config.headSize).toBe(16);
});

test.each<[string, Readonly<Record<string, Value>>, string, RegExp]>([
  ['gemma3', { 'general.architecture': string('gemma3') }, 'UNSUPPORTED_MODEL', /gemma3.*sliding windows/],
  [
    'another architecture',
    { 'general.architecture': string('mamba') },
    'UNSUPPORTED_MODEL',
    /"mamba".*llama, qwen2, qwen3/,
  ],
  [
    'an architecture named like a method',
    { 'general.architecture': string('constructor') },
    'UNSUPPORTED_MODEL',
    /constructor/,
  ],
  ['experts', { 'llama.expert_count': uint32(8) }, 'UNSUPPORTED_MODEL', /expert_count = 8/],
  [
    'sliding windows',
    { 'llama.attention.sliding_window': uint32(512) },
    'UNSUPPORTED_MODEL',
    /sliding_window = 512/,
  ],
  ['YaRN', { 'llama.rope.scaling.type': string('yarn') }, 'UNSUPPORTED_MODEL', /"yarn"/],
  [
    'heads that are rotated in part',
    { 'llama.rope.dimension_count': uint32(8) },
    'UNSUPPORTED_MODEL',
    /dimension_count = 8/,
  ],
  [
    'values of another size',
    { 'llama.attention.value_length': uint32(32) },
    'UNSUPPORTED_MODEL',
    /value_length = 32/,
  ],
  [
    'key heads that do not divide',
    { 'llama.attention.head_count_kv': uint32(3) },
    'UNSUPPORTED_MODEL',
    /divisor of the 4/,
  ],
  ['endless layers', { 'llama.block_count': uint32(4e9) }, 'UNSUPPORTED_MODEL', /at most 1024/],
  ['no layers', { 'llama.block_count': uint32(0) }, 'INVALID_METADATA', /positive integer, got 0/],
  ['a size that is a text', { 'llama.embedding_length': string('64') }, 'INVALID_METADATA', /got "64"/],
  [
    'an epsilon that is no number',
    { 'llama.attention.layer_norm_rms_epsilon': bool(true) },
    'INVALID_METADATA',
    /epsilon/,
  ],
])('%s: refused', async (_, changes, code, message) => {
  await expect(readWith(changes)).rejects.toMatchObject({
    name: 'GgufError',
    code,
    message: expect.stringMatching(message),
  });
});

test.each([
  ['of a type that is not read', { type: 10, sizes: [256, 2] }, /Q2_K; readable: F32/],
  ['that is a quantized vector', { type: 8, sizes: [32] }, /vector stored as Q8_0/],
])('a tensor %s is refused before anything is built', async (_, tensor, message) => {
  const tensors = [{ name: 'blk.0.attn_q_norm.weight', bytes: new Uint8Array(64), ...tensor }];
  await expect(readWith({}, { tensors })).rejects.toMatchObject({
    code: 'UNSUPPORTED_MODEL',
    subject: 'blk.0.attn_q_norm.weight',
    message: expect.stringMatching(message),
  });
});

test('a missing key is named', async () => {
  await expect(readWith({}, { without: 'llama.context_length' })).rejects.toMatchObject({
    code: 'INVALID_METADATA',
    subject: 'llama.context_length',
  });
});
