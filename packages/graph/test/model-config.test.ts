import { describe, expect, test } from 'vitest';
import { GraphError, parseModelConfig } from '../src/index.ts';
import { tinyConfig } from './configs.ts';

function errorOf(changes: Record<string, unknown>): GraphError {
  try {
    parseModelConfig(tinyConfig(changes));
  } catch (error) {
    if (error instanceof GraphError) return error;
    throw error;
  }
  throw new Error('It was accepted.');
}

describe('what is supported', () => {
  test('a llama config is normalised, with the defaults of missing fields', () => {
    const { num_key_value_heads, head_dim, rms_norm_eps, rope_theta, tie_word_embeddings, ...fields } =
      tinyConfig();
    expect(parseModelConfig(fields)).toEqual({
      architecture: 'llama',
      hiddenSize: 64,
      layers: 2,
      heads: 4,
      kvHeads: 4,
      headSize: 16,
      intermediateSize: 96,
      vocabularySize: 80,
      contextLength: 256,
      normEpsilon: 1e-6,
      rope: { theta: 10000, scaling: undefined },
      tiedEmbeddings: false,
      queryKeyValueBias: false,
      outputBias: false,
      mlpBias: false,
      queryKeyNorm: false,
    });
  });

  test('qwen2 always has biases on queries, keys and values, and nowhere else', () => {
    const config = parseModelConfig(tinyConfig({ model_type: 'qwen2' }));
    expect(config).toMatchObject({
      queryKeyValueBias: true,
      outputBias: false,
      mlpBias: false,
      queryKeyNorm: false,
    });
  });

  test('qwen3 has query and key norms, and a head size of its own', () => {
    const config = parseModelConfig(tinyConfig({ model_type: 'qwen3', head_dim: undefined }));
    expect(config).toMatchObject({ queryKeyNorm: true, headSize: 128, queryKeyValueBias: false });
  });

  test('a window size that is switched off does no harm', () => {
    const window = { sliding_window: 32768, use_sliding_window: false };
    expect(parseModelConfig(tinyConfig({ model_type: 'qwen2', ...window })).architecture).toBe('qwen2');
  });

  test('both spellings of the rotary parameters mean the same', () => {
    const llama3 = {
      factor: 8,
      low_freq_factor: 1,
      high_freq_factor: 4,
      original_max_position_embeddings: 64,
    };
    const older = tinyConfig({ rope_theta: 500000, rope_scaling: { rope_type: 'llama3', ...llama3 } });
    const oldest = tinyConfig({ rope_theta: 500000, rope_scaling: { type: 'llama3', ...llama3 } });
    const newer = tinyConfig({
      rope_theta: undefined,
      rope_parameters: { rope_theta: 500000, rope_type: 'llama3', ...llama3 },
    });
    expect(parseModelConfig(newer)).toEqual(parseModelConfig(older));
    expect(parseModelConfig(oldest)).toEqual(parseModelConfig(older));
    const plain = tinyConfig({
      rope_theta: undefined,
      rope_parameters: { rope_theta: 3, rope_type: 'default' },
    });
    expect(parseModelConfig(plain)).toEqual(
      parseModelConfig(tinyConfig({ rope_theta: 3, rope_scaling: null })),
    );
  });
});

test.each([
  ['model_type', { model_type: 'mistral' }],
  ['model_type', { model_type: undefined }],
  ['architectures', { architectures: ['LlamaForSequenceClassification'] }],
  ['hidden_act', { hidden_act: 'gelu' }],
  ['quantization_config', { quantization_config: { quant_method: 'gptq' } }],
  ['sliding_window', { model_type: 'qwen2', sliding_window: 128, use_sliding_window: true }],
  ['sliding_window', { sliding_window: 128 }],
  ['layer_types', { layer_types: ['full_attention', 'sliding_attention'] }],
  ['mlp_bias', { model_type: 'qwen2', mlp_bias: true }],
  ['mlp_bias', { model_type: 'qwen3', mlp_bias: true }],
  ['partial_rotary_factor', { partial_rotary_factor: 0.5 }],
  ['rope_scaling.rope_type', { rope_scaling: { rope_type: 'yarn', factor: 4 } }],
  ['rope_scaling.type', { rope_scaling: { type: 'linear', factor: 4 } }],
  ['rope_parameters.rope_type', { rope_parameters: { rope_type: 'dynamic', rope_theta: 1, factor: 2 } }],
  ['rope_parameters.full_attention', { rope_parameters: { full_attention: { rope_type: 'default' } } }],
  ['num_key_value_heads', { num_key_value_heads: 3 }],
  ['head_dim', { head_dim: 20 }],
  ['num_hidden_layers', { num_hidden_layers: 1e9 }],
])('an unsupported %s is refused by name', (field, changes) => {
  const error = errorOf(changes);
  expect(error).toMatchObject({ code: 'UNSUPPORTED_MODEL', subject: field });
  expect(error.message).toContain(field);
});

test.each([
  ['hidden_size', { hidden_size: undefined }],
  ['hidden_size', { hidden_size: '64' }],
  ['num_hidden_layers', { num_hidden_layers: 0 }],
  ['vocab_size', { vocab_size: 1.5 }],
  ['rms_norm_eps', { rms_norm_eps: -1 }],
  ['head_dim', { head_dim: undefined, num_attention_heads: 6, num_key_value_heads: 2 }],
  ['tie_word_embeddings', { tie_word_embeddings: 'no' }],
  ['rope_scaling', { rope_scaling: 'llama3' }],
  ['rope_scaling.factor', { rope_scaling: { rope_type: 'llama3' } }],
])('a malformed %s is refused by name', (field, changes) => {
  expect(errorOf(changes)).toMatchObject({ code: 'INVALID_CONFIG', subject: field });
});

test.each([undefined, null, [], 'text', 3])('%j is no config', (value) => {
  expect(() => parseModelConfig(value)).toThrow(expect.objectContaining({ code: 'INVALID_CONFIG' }));
});
