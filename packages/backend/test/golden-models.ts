import { readFileSync } from 'node:fs';
import type { GoldenModel } from '@beltline/backend/conformance';

const folder = new URL('../../../fixtures/golden/', import.meta.url);

/** The golden models of this repository. */
export const goldenModels: readonly GoldenModel[] = ['llama', 'qwen2', 'qwen3'].map(readGoldenModel);

function readGoldenModel(name: string): GoldenModel {
  const read = (file: string) => readFileSync(new URL(`${name}/${file}`, folder));
  const config = JSON.parse(read('config.json').toString());
  const headSize = config.head_dim ?? config.hidden_size / config.num_attention_heads;
  const tensors = readSafetensors(read('model.safetensors'));
  return {
    name,
    config: {
      architecture: config.model_type,
      hiddenSize: config.hidden_size,
      layers: config.num_hidden_layers,
      heads: config.num_attention_heads,
      kvHeads: config.num_key_value_heads,
      headSize,
      intermediateSize: config.intermediate_size,
      vocabularySize: config.vocab_size,
      contextLength: config.max_position_embeddings,
      normEpsilon: config.rms_norm_eps,
      inverseFrequencies: Array.from(
        { length: headSize / 2 },
        (_, index) => config.rope_parameters.rope_theta ** ((-2 * index) / headSize),
      ),
      tiedEmbeddings: config.tie_word_embeddings,
      queryKeyValueBias: name === 'qwen2',
      outputBias: false,
      mlpBias: false,
      queryKeyNorm: name === 'qwen3',
    },
    weights: (tensor) => tensors.get(tensor),
    values: JSON.parse(read('golden.json').toString()),
    beltLogits: floats(read('belt_logits.f32')),
  };
}

/** Reads a safetensors file of float32 tensors: a length, a JSON header, then the data. */
function readSafetensors(file: Buffer): Map<string, Float32Array> {
  const headerEnd = 8 + Number(file.readBigUInt64LE(0));
  const header: Record<string, { data_offsets?: [number, number] }> = JSON.parse(
    file.toString('utf8', 8, headerEnd),
  );
  return new Map(
    Object.entries(header).flatMap(([name, { data_offsets }]) =>
      data_offsets
        ? [[name, floats(file.subarray(headerEnd + data_offsets[0], headerEnd + data_offsets[1]))]]
        : [],
    ),
  );
}

function floats(bytes: Uint8Array): Float32Array {
  return new Float32Array(new Uint8Array(bytes).buffer);
}
