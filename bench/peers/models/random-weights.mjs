import { parseModelConfig, quantizeRows, randomCheckpoint, roundedTensors } from '@beltline/graph';

/** config.json of SmolLM2-135M, as far as it makes the graph. */
export const modelConfig = {
  architectures: ['LlamaForCausalLM'],
  model_type: 'llama',
  hidden_size: 576,
  num_hidden_layers: 30,
  num_attention_heads: 9,
  num_key_value_heads: 3,
  head_dim: 64,
  intermediate_size: 1536,
  vocab_size: 49152,
  max_position_embeddings: 8192,
  rms_norm_eps: 1e-5,
  rope_theta: 100000,
  tie_word_embeddings: true,
  hidden_act: 'silu',
};

export const config = parseModelConfig(modelConfig);

/** The weights that all peers get: the same seed, and for matrices the same 4-bit codes. */
export const checkpoint = randomCheckpoint(config, 1);

/** The same with every matrix as its 4-bit codes say, for whoever quantizes them once more. */
export const fromCodes = roundedTensors(checkpoint, 'int4');

/** A tensor of one axis, float32. */
export async function readVector(name) {
  return checkpoint.readRows(name, 0, checkpoint.tensors.get(name).shape[0]);
}

/**
 * A matrix in blocks of 32 values along its rows: codes, two to a byte, whose zero is 8, and a scale for each block.
 * The same blocks are MatMulNBits' and, with the scale first and the codes in another order, llama.cpp's Q4_0.
 */
export async function readQuantized(name) {
  const [rows, columns] = checkpoint.tensors.get(name).shape;
  return { rows, columns, ...quantizeRows(await checkpoint.readRows(name, 0, rows), 4) };
}
