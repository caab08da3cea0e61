import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { openCheckpointFolder } from '@beltline/graph/node';
import { float32, type GgufContents, int32s, string, strings, type Tensor, uint32 } from './gguf-writer.ts';

/** Matrices and vectors whose rows llama.cpp's converter interleaves for the architecture llama. */
const interleaved = /\.attn_[qk]\./;

const names: readonly (readonly [RegExp, string])[] = [
  [/^model\.embed_tokens\./, 'token_embd.'],
  [/^model\.norm\./, 'output_norm.'],
  [/^lm_head\./, 'output.'],
  [/^model\.layers\.(\d+)\./, 'blk.$1.'],
  [/input_layernorm/, 'attn_norm'],
  [/post_attention_layernorm/, 'ffn_norm'],
  [/self_attn\.([qk])_norm/, 'attn_$1_norm'],
  [/self_attn\.([qkv])_proj/, 'attn_$1'],
  [/self_attn\.o_proj/, 'attn_output'],
  [/mlp\.(gate|up|down)_proj/, 'ffn_$1'],
];

export function goldenFolder(architecture: string): string {
  return fileURLToPath(new URL(`../../../fixtures/golden/${architecture}`, import.meta.url));
}

/** A golden checkpoint as llama.cpp's converter would write it, in float32. */
export async function goldenGguf(architecture: string): Promise<GgufContents> {
  const folder = goldenFolder(architecture);
  const { config, tensors, close } = await openCheckpointFolder(folder);
  const written: Tensor[] = [];
  for (const [name, { shape }] of tensors.tensors) {
    const storedName = names.reduce((text, [pattern, to]) => text.replace(pattern, to), name);
    let values = await tensors.readRows(name, 0, shape[0]!);
    if (architecture === 'llama' && interleaved.test(storedName)) {
      values = interleave(values, config.headSize, shape[1] ?? 1);
    }
    const bytes = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
    written.push({ name: storedName, type: 0, sizes: [...shape].reverse(), bytes });
  }
  await close();
  const key = (name: string) => `${architecture}.${name}`;
  return {
    tensors: written,
    metadata: {
      'general.architecture': string(architecture),
      [key('block_count')]: uint32(config.layers),
      [key('context_length')]: uint32(config.contextLength),
      [key('embedding_length')]: uint32(config.hiddenSize),
      [key('feed_forward_length')]: uint32(config.intermediateSize),
      [key('attention.head_count')]: uint32(config.heads),
      [key('attention.head_count_kv')]: uint32(config.kvHeads),
      [key('attention.key_length')]: uint32(config.headSize),
      [key('attention.value_length')]: uint32(config.headSize),
      [key('attention.layer_norm_rms_epsilon')]: float32(config.normEpsilon),
      [key('rope.freq_base')]: float32(config.rope.theta),
      ...(await tokenizerMetadata(folder)),
    },
  };
}

async function tokenizerMetadata(folder: string): Promise<GgufContents['metadata']> {
  const json = JSON.parse(await readFile(`${folder}/tokenizer.json`, 'utf8'));
  const tokens: string[] = [];
  for (const [text, id] of Object.entries<number>(json.model.vocab)) tokens[id] = text;
  const types = tokens.map(() => 1);
  for (const { id, content, special } of json.added_tokens) {
    tokens[id] = content;
    types[id] = special ? 3 : 4;
  }
  return {
    'tokenizer.ggml.model': string('gpt2'),
    'tokenizer.ggml.pre': string('gpt-2'),
    'tokenizer.ggml.tokens': strings(tokens),
    'tokenizer.ggml.token_type': int32s(types),
    'tokenizer.ggml.merges': strings(
      json.model.merges.map((merge: string | string[]) => [merge].flat().join(' ')),
    ),
    'tokenizer.ggml.bos_token_id': uint32(1),
    'tokenizer.ggml.eos_token_id': uint32(2),
    'tokenizer.chat_template': string(await readFile(`${folder}/chat_template.jinja`, 'utf8')),
  };
}

/** Per head: `reshape(2, headSize / 2, columns).swapaxes(0, 1)`, as convert_hf_to_gguf.py says it. */
function interleave(values: Float32Array, headSize: number, columns: number): Float32Array {
  const result = new Float32Array(values.length);
  const half = headSize / 2;
  let written = 0;
  for (let head = 0; head < values.length; head += headSize * columns) {
    for (let pair = 0; pair < half; pair++) {
      for (const row of [pair, pair + half]) {
        const start = head + row * columns;
        result.set(values.subarray(start, start + columns), written);
        written += columns;
      }
    }
  }
  return result;
}
