import { BackendError } from '../errors.ts';
import type { ReferenceConfig, ReferenceWeights } from './reference-config.ts';

/** A matrix `[outputs, inputs]`, row-major, and a bias `[outputs]` where the model has one. */
export interface Linear {
  readonly weight: Float32Array;
  readonly bias: Float32Array | undefined;
}

export interface LayerWeights {
  /** `[hiddenSize]`. */
  readonly inputNorm: Float32Array;
  /** `[heads * headSize, hiddenSize]`. */
  readonly query: Linear;
  /** `[kvHeads * headSize, hiddenSize]`. */
  readonly key: Linear;
  /** `[kvHeads * headSize, hiddenSize]`. */
  readonly value: Linear;
  /** `[headSize]`. */
  readonly queryNorm: Float32Array | undefined;
  /** `[headSize]`. */
  readonly keyNorm: Float32Array | undefined;
  /** `[hiddenSize, heads * headSize]`. */
  readonly output: Linear;
  /** `[hiddenSize]`. */
  readonly mlpNorm: Float32Array;
  /** `[intermediateSize, hiddenSize]`. */
  readonly gate: Linear;
  /** `[intermediateSize, hiddenSize]`. */
  readonly up: Linear;
  /** `[hiddenSize, intermediateSize]`. */
  readonly down: Linear;
}

export interface ModelWeights {
  /** `[vocabularySize, hiddenSize]`. */
  readonly embedding: Float32Array;
  readonly layers: readonly LayerWeights[];
  /** `[hiddenSize]`. */
  readonly norm: Float32Array;
  /** `[vocabularySize, hiddenSize]`. */
  readonly head: Linear;
}

/**
 * Collects a checkpoint's tensors and checks their sizes.
 *
 * @throws BackendError `LOAD_FAILED` for a tensor that is missing or has another size than the config says.
 */
export function loadModelWeights(config: ReferenceConfig, weights: ReferenceWeights): ModelWeights {
  const { hiddenSize, intermediateSize, vocabularySize, headSize } = config;

  function tensor(name: string, size: number): Float32Array {
    const values = weights(name);
    if (values?.length !== size) {
      throw new BackendError(
        'LOAD_FAILED',
        `expected tensor ${name} with ${size} values, got ${values?.length ?? 'none'}: do config and weights belong together?`,
      );
    }
    return values;
  }

  function linear(name: string, outputs: number, inputs: number, hasBias: boolean): Linear {
    return {
      weight: tensor(`${name}.weight`, outputs * inputs),
      bias: hasBias ? tensor(`${name}.bias`, outputs) : undefined,
    };
  }

  function layer(index: number): LayerWeights {
    const prefix = `model.layers.${index}`;
    const attention = `${prefix}.self_attn`;
    const queries = config.heads * headSize;
    const keys = config.kvHeads * headSize;
    return {
      inputNorm: tensor(`${prefix}.input_layernorm.weight`, hiddenSize),
      query: linear(`${attention}.q_proj`, queries, hiddenSize, config.queryKeyValueBias),
      key: linear(`${attention}.k_proj`, keys, hiddenSize, config.queryKeyValueBias),
      value: linear(`${attention}.v_proj`, keys, hiddenSize, config.queryKeyValueBias),
      queryNorm: config.queryKeyNorm ? tensor(`${attention}.q_norm.weight`, headSize) : undefined,
      keyNorm: config.queryKeyNorm ? tensor(`${attention}.k_norm.weight`, headSize) : undefined,
      output: linear(`${attention}.o_proj`, hiddenSize, queries, config.outputBias),
      mlpNorm: tensor(`${prefix}.post_attention_layernorm.weight`, hiddenSize),
      gate: linear(`${prefix}.mlp.gate_proj`, intermediateSize, hiddenSize, config.mlpBias),
      up: linear(`${prefix}.mlp.up_proj`, intermediateSize, hiddenSize, config.mlpBias),
      down: linear(`${prefix}.mlp.down_proj`, hiddenSize, intermediateSize, config.mlpBias),
    };
  }

  const embedding = tensor('model.embed_tokens.weight', vocabularySize * hiddenSize);
  return {
    embedding,
    layers: Array.from({ length: config.layers }, (_, index) => layer(index)),
    norm: tensor('model.norm.weight', hiddenSize),
    head: config.tiedEmbeddings
      ? { weight: embedding, bias: undefined }
      : linear('lm_head', vocabularySize, hiddenSize, false),
  };
}
