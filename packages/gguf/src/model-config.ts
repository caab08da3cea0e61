import type { Architecture, ModelConfig, RopeConfig } from '@beltline/graph';
import { MetadataFields } from './metadata-fields.ts';
import type { GgufFile } from './open-gguf.ts';
import { readFloats } from './tensor-rows.ts';

const architectures: readonly Architecture[] = ['llama', 'qwen2', 'qwen3'];

/** Why the others that people meet are refused. */
const otherArchitectures: Readonly<Record<string, string>> = {
  gemma2: 'its layers see sliding windows of the text, which no belt-ready graph does yet',
  gemma3: 'most of its layers see sliding windows of the text, which no belt-ready graph does yet',
};

/**
 * What a belt-ready graph is built from, as the metadata and the tensors say.
 *
 * @throws {GgufError} `INVALID_METADATA` for missing or malformed keys, `UNSUPPORTED_MODEL` for models that a belt-ready
 * graph cannot stand for.
 */
export async function readModelConfig(file: GgufFile): Promise<ModelConfig> {
  const architecture = readArchitecture(file);
  const fields = new MetadataFields(file.metadata, `${architecture}.`);
  refuseUnsupported(fields);
  const hiddenSize = fields.count('embedding_length');
  const heads = fields.count('attention.head_count');
  const kvHeads = fields.count('attention.head_count_kv', heads);
  const headSize = fields.count('attention.key_length', hiddenSize / heads);
  if (fields.count('attention.value_length', headSize) !== headSize) {
    throw fields.unsupported('attention.value_length', `the ${headSize} of attention.key_length`);
  }
  if (heads % kvHeads !== 0)
    throw fields.unsupported('attention.head_count_kv', `a divisor of the ${heads} heads`);
  if (headSize % 8 !== 0) throw fields.unsupported('attention.key_length', 'multiples of 8');
  const layers = fields.count('block_count');
  if (layers > 1024) throw fields.unsupported('block_count', 'at most 1024');
  return {
    ...{ architecture, hiddenSize, layers, heads, kvHeads, headSize },
    intermediateSize: fields.count('feed_forward_length'),
    vocabularySize: file.tensors.get('token_embd.weight')?.shape[0] ?? fields.count('vocab_size'),
    contextLength: fields.count('context_length'),
    normEpsilon: fields.number('attention.layer_norm_rms_epsilon'),
    rope: await readRope(file, fields, headSize),
    tiedEmbeddings: !file.tensors.has('output.weight'),
    queryKeyValueBias: file.tensors.has('blk.0.attn_q.bias'),
    outputBias: file.tensors.has('blk.0.attn_output.bias'),
    mlpBias: file.tensors.has('blk.0.ffn_up.bias'),
    queryKeyNorm: architecture === 'qwen3',
  };
}

function readArchitecture(file: GgufFile): Architecture {
  const fields = new MetadataFields(file.metadata);
  const name = fields.string('general.architecture');
  const architecture = architectures.find((known) => known === name);
  if (architecture !== undefined) return architecture;
  const reason = Object.hasOwn(otherArchitectures, name) ? ` (${name}: ${otherArchitectures[name]})` : '';
  throw fields.unsupported('general.architecture', architectures.join(', ') + reason);
}

function refuseUnsupported(fields: MetadataFields): void {
  const experts = fields.get('expert_count') ?? 0;
  if (experts !== 0) throw fields.unsupported('expert_count', 'models without experts');
  const window = fields.get('attention.sliding_window') ?? 0;
  if (window !== 0) throw fields.unsupported('attention.sliding_window', 'full attention');
}

/** Frequencies may be divided by one factor for all pairs (linear scaling) or by a tensor of factors (Llama 3). */
async function readRope(file: GgufFile, fields: MetadataFields, headSize: number): Promise<RopeConfig> {
  if (fields.count('rope.dimension_count', headSize) !== headSize) {
    throw fields.unsupported('rope.dimension_count', `the ${headSize} of the whole head`);
  }
  const rope = { theta: fields.number('rope.freq_base', 10000), scaling: undefined };
  const kind = fields.string('rope.scaling.type', 'linear');
  if (kind !== 'none' && kind !== 'linear') throw fields.unsupported('rope.scaling.type', 'none, linear');
  const factor = kind === 'linear' ? readScalingFactor(fields) : 1;
  const pairs = headSize / 2;
  const divisors = file.tensors.has('rope_freqs.weight')
    ? Array.from(await readFloats(file, 'rope_freqs.weight', pairs))
    : new Array<number>(pairs).fill(1);
  if (divisors.every((divisor) => divisor === 1) && factor === 1) return rope;
  return { ...rope, divisors: divisors.map((divisor) => divisor * factor) };
}

/** As llama.cpp reads it: old files have another key, and 0 stands for no scaling. */
function readScalingFactor(fields: MetadataFields): number {
  const isOld = fields.get('rope.scaling.factor') === undefined;
  const key = isOld ? 'rope.scale_linear' : 'rope.scaling.factor';
  return fields.get(key) === 0 ? 1 : fields.number(key, 1);
}
