import { ConfigFields } from './config-fields.ts';
import { parseRope, type RopeConfig } from './rope.ts';

export type Architecture = 'llama' | 'qwen2' | 'qwen3';

/** What a graph is built from: a checkpoint's config.json, normalised. */
export interface ModelConfig {
  readonly architecture: Architecture;
  readonly hiddenSize: number;
  readonly layers: number;
  readonly heads: number;
  readonly kvHeads: number;
  readonly headSize: number;
  readonly intermediateSize: number;
  readonly vocabularySize: number;
  /** Positions that the model was made for. */
  readonly contextLength: number;
  readonly normEpsilon: number;
  readonly rope: RopeConfig;
  /** The LM head is the embedding table. */
  readonly tiedEmbeddings: boolean;
  readonly queryKeyValueBias: boolean;
  readonly outputBias: boolean;
  readonly mlpBias: boolean;
  /** Queries and keys are normalised per head before they are rotated. */
  readonly queryKeyNorm: boolean;
}

/**
 * Reads a checkpoint's parsed config.json.
 *
 * @throws {GraphError} `INVALID_CONFIG` for missing or malformed fields, `UNSUPPORTED_MODEL` for models that a
 * belt-ready graph cannot stand for; `subject` is the field.
 * @example
 * const config = parseModelConfig(JSON.parse(text));
 */
export function parseModelConfig(json: unknown): ModelConfig {
  const fields = new ConfigFields(json);
  const architecture = parseArchitecture(fields);
  refuseUnsupported(fields);
  const hiddenSize = fields.integer('hidden_size');
  const heads = fields.integer('num_attention_heads');
  const kvHeads = fields.integer('num_key_value_heads', heads);
  const biased = architecture !== 'qwen2' && fields.boolean('attention_bias', false);
  const config: ModelConfig = {
    architecture,
    hiddenSize,
    layers: fields.integer('num_hidden_layers'),
    heads,
    kvHeads,
    headSize: fields.integer('head_dim', architecture === 'qwen3' ? 128 : hiddenSize / heads),
    intermediateSize: fields.integer('intermediate_size'),
    vocabularySize: fields.integer('vocab_size'),
    contextLength: fields.integer('max_position_embeddings'),
    normEpsilon: fields.number('rms_norm_eps', 1e-6),
    rope: parseRope(fields),
    tiedEmbeddings: fields.boolean('tie_word_embeddings', false),
    queryKeyValueBias: architecture === 'qwen2' || biased,
    outputBias: biased,
    mlpBias: fields.boolean('mlp_bias', false),
    queryKeyNorm: architecture === 'qwen3',
  };
  if (config.layers > 1024) throw fields.unsupported('num_hidden_layers', 'at most 1024');
  if (config.mlpBias && architecture !== 'llama')
    throw fields.unsupported('mlp_bias', `false for ${architecture}`);
  if (heads % kvHeads !== 0)
    throw fields.unsupported('num_key_value_heads', `a divisor of the ${heads} heads`);
  if (config.headSize % 8 !== 0) throw fields.unsupported('head_dim', 'multiples of 8');
  return config;
}

const causalLanguageModels: Readonly<Record<Architecture, string>> = {
  llama: 'LlamaForCausalLM',
  qwen2: 'Qwen2ForCausalLM',
  qwen3: 'Qwen3ForCausalLM',
};

function parseArchitecture(fields: ConfigFields): Architecture {
  const known = Object.keys(causalLanguageModels).join(', ');
  const modelType = fields.get('model_type');
  if (typeof modelType !== 'string' || !Object.hasOwn(causalLanguageModels, modelType)) {
    throw fields.unsupported('model_type', known);
  }
  const architecture = modelType as Architecture;
  const expected = causalLanguageModels[architecture];
  const classes = fields.get('architectures');
  if (classes !== undefined && !(Array.isArray(classes) && classes.includes(expected))) {
    throw fields.unsupported('architectures', expected);
  }
  return architecture;
}

function refuseUnsupported(fields: ConfigFields): void {
  const activation = fields.get('hidden_act');
  if (activation !== undefined && activation !== 'silu') throw fields.unsupported('hidden_act', 'silu');
  if (fields.get('quantization_config') !== undefined) {
    throw fields.unsupported('quantization_config', 'unquantized checkpoints (F32, F16, BF16)');
  }
  const layerTypes = fields.get('layer_types');
  if (Array.isArray(layerTypes) && layerTypes.some((type) => type !== 'full_attention')) {
    throw fields.unsupported('layer_types', 'full_attention in every layer');
  }
  // Qwen2 configs carry a window size beside use_sliding_window: false, which switches it off.
  const windows = fields.get('use_sliding_window') ?? fields.get('sliding_window') !== undefined;
  if (windows !== false)
    throw fields.unsupported('sliding_window', 'full attention (no window, or use_sliding_window: false)');
}
