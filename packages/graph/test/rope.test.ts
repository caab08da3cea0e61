import { expect, test } from 'vitest';
import { parseModelConfig, ropeInverseFrequencies } from '../src/index.ts';
import { tinyConfig } from './configs.ts';

test('frequencies fall from one, by the same ratio each', () => {
  const config = parseModelConfig(tinyConfig({ rope_theta: 10000, head_dim: 16 }));
  const expected = [0, 1, 2, 3, 4, 5, 6, 7].map((pair) => 1 / 10000 ** (pair / 8));
  expectClose(ropeInverseFrequencies(config), expected);
});

test('llama3 scaling keeps short wavelengths, stretches long ones, and blends those between', () => {
  // Llama 3.2 1B. The expected values are computed the other way round: wavelengths first, as the paper's code does.
  const scaling = {
    factor: 32,
    low_freq_factor: 1,
    high_freq_factor: 4,
    original_max_position_embeddings: 8192,
  };
  const config = parseModelConfig(
    tinyConfig({ head_dim: 64, rope_theta: 500000, rope_scaling: { rope_type: 'llama3', ...scaling } }),
  );
  const kinds = new Set<string>();
  const expected = Array.from({ length: 32 }, (_, pair) => {
    const frequency = 1 / 500000 ** (pair / 32);
    const wavelength = (2 * Math.PI) / frequency;
    if (wavelength < 8192 / 4) {
      kinds.add('kept');
      return frequency;
    }
    if (wavelength > 8192 / 1) {
      kinds.add('stretched');
      return frequency / 32;
    }
    kinds.add('blended');
    const smooth = (8192 / wavelength - 1) / (4 - 1);
    return (1 - smooth) * (frequency / 32) + smooth * frequency;
  });
  expect(kinds).toEqual(new Set(['kept', 'stretched', 'blended']));
  expectClose(ropeInverseFrequencies(config), expected);
});

test('factors that a model brings divide the frequencies, pair by pair', () => {
  const config = parseModelConfig(tinyConfig({ head_dim: 8 }));
  const plain = ropeInverseFrequencies(config);
  const divided = ropeInverseFrequencies({ ...config, rope: { ...config.rope, divisors: [1, 1, 2, 32] } });
  expectClose(divided, [plain[0]!, plain[1]!, plain[2]! / 2, plain[3]! / 32]);
});

function expectClose(actual: Float64Array, expected: readonly number[]): void {
  expect(actual).toHaveLength(expected.length);
  for (const [i, value] of expected.entries()) expect(Math.abs(actual[i]! / value - 1)).toBeLessThan(1e-12);
}
