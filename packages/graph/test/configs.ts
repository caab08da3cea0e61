/** The smallest config.json of each architecture, in the older spelling; tests vary it. */
export function tinyConfig(changes: Readonly<Record<string, unknown>> = {}): Record<string, unknown> {
  return {
    model_type: 'llama',
    hidden_act: 'silu',
    hidden_size: 64,
    num_attention_heads: 4,
    num_key_value_heads: 2,
    head_dim: 16,
    intermediate_size: 96,
    num_hidden_layers: 2,
    vocab_size: 80,
    max_position_embeddings: 256,
    rms_norm_eps: 1e-5,
    rope_theta: 10000,
    tie_word_embeddings: false,
    ...changes,
  };
}
