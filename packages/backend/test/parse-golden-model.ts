import type { GoldenModel } from '@beltline/backend/conformance';

/** Makes a golden model of the files of its folder, wherever they come from. */
export function parseGoldenModel(name: string, read: (file: string) => Uint8Array): GoldenModel {
  const parse = (file: string) => JSON.parse(new TextDecoder().decode(read(file)));
  const config = parse('config.json');
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
    values: parse('golden.json'),
    beltLogits: floats(read('belt_logits.f32')),
  };
}

/** Reads a safetensors file of float32 tensors: a length, a JSON header, then the data. */
function readSafetensors(file: Uint8Array): Map<string, Float32Array> {
  const headerEnd = 8 + Number(new DataView(file.buffer, file.byteOffset).getBigUint64(0, true));
  const header: Record<string, { data_offsets?: [number, number] }> = JSON.parse(
    new TextDecoder().decode(file.subarray(8, headerEnd)),
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
