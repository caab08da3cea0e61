import { GraphError } from './graph-error.ts';
import type { ModelConfig } from './model-config.ts';
import type { TensorSource } from './tensor-source.ts';

/** Names and shapes of a Hugging Face checkpoint's tensors, in file order. */
export function checkpointLayout(config: ModelConfig): Map<string, readonly number[]> {
  const { hiddenSize: hidden, intermediateSize: inner, vocabularySize: vocabulary } = config;
  const queries = config.heads * config.headSize;
  const keys = config.kvHeads * config.headSize;
  const layout = new Map<string, readonly number[]>();
  const linear = (name: string, outputs: number, inputs: number, bias: boolean): void => {
    layout.set(`${name}.weight`, [outputs, inputs]);
    if (bias) layout.set(`${name}.bias`, [outputs]);
  };
  layout.set('model.embed_tokens.weight', [vocabulary, hidden]);
  for (let layer = 0; layer < config.layers; layer++) {
    const prefix = `model.layers.${layer}`;
    layout.set(`${prefix}.input_layernorm.weight`, [hidden]);
    linear(`${prefix}.self_attn.q_proj`, queries, hidden, config.queryKeyValueBias);
    linear(`${prefix}.self_attn.k_proj`, keys, hidden, config.queryKeyValueBias);
    linear(`${prefix}.self_attn.v_proj`, keys, hidden, config.queryKeyValueBias);
    if (config.queryKeyNorm) {
      layout.set(`${prefix}.self_attn.q_norm.weight`, [config.headSize]);
      layout.set(`${prefix}.self_attn.k_norm.weight`, [config.headSize]);
    }
    linear(`${prefix}.self_attn.o_proj`, hidden, queries, config.outputBias);
    layout.set(`${prefix}.post_attention_layernorm.weight`, [hidden]);
    linear(`${prefix}.mlp.gate_proj`, inner, hidden, config.mlpBias);
    linear(`${prefix}.mlp.up_proj`, inner, hidden, config.mlpBias);
    linear(`${prefix}.mlp.down_proj`, hidden, inner, config.mlpBias);
  }
  layout.set('model.norm.weight', [hidden]);
  if (!config.tiedEmbeddings) layout.set('lm_head.weight', [vocabulary, hidden]);
  return layout;
}

/** Tensors that some checkpoints carry though the config makes them superfluous. */
function isRedundant(name: string, config: ModelConfig): boolean {
  return name.endsWith('.rotary_emb.inv_freq') || (config.tiedEmbeddings && name === 'lm_head.weight');
}

/**
 * Checks that the tensors are those that the config announces: a missing one, one of another shape, and one that
 * the graph would leave out are all refused.
 */
export function checkCheckpoint(config: ModelConfig, source: TensorSource): void {
  const layout = checkpointLayout(config);
  for (const [name, expected] of layout) {
    const found = source.tensors.get(name)?.shape;
    if (found === undefined) throw invalid(name, `The checkpoint has no tensor ${name}.`);
    if (found.length !== expected.length || found.some((size, axis) => size !== expected[axis])) {
      throw invalid(name, `Expected ${name} of shape [${expected}], got [${found}].`);
    }
  }
  for (const name of source.tensors.keys()) {
    if (!layout.has(name) && !isRedundant(name, config)) {
      throw invalid(
        name,
        `The checkpoint has a tensor ${name}, which a ${config.architecture} model of this config lacks.`,
      );
    }
  }
}

function invalid(name: string, problem: string): GraphError {
  return new GraphError(
    'INVALID_CHECKPOINT',
    `${problem} Check that config.json and the weights belong to the same model.`,
    { subject: name },
  );
}
