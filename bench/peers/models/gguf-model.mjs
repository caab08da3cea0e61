import { mkdir, open } from 'node:fs/promises';
import { dirname } from 'node:path';
import { checkpoint, config, readQuantized, readVector } from './random-weights.mjs';

// Layout: github.com/ggml-org/ggml, docs/gguf.md. Blocks: ggml-common.h.
const alignment = 32;
const valueTypes = { uint32: 4, float32: 6, string: 8, array: 9 };
const tensorTypes = { F32: 0, Q4_0: 2 };
const blockBytes = 18;

const tensorNames = {
  input_layernorm: 'attn_norm',
  post_attention_layernorm: 'ffn_norm',
  'self_attn.q_proj': 'attn_q',
  'self_attn.k_proj': 'attn_k',
  'self_attn.v_proj': 'attn_v',
  'self_attn.o_proj': 'attn_output',
  'mlp.gate_proj': 'ffn_gate',
  'mlp.up_proj': 'ffn_up',
  'mlp.down_proj': 'ffn_down',
};

/** Writes the model as a GGUF file for llama.cpp, every matrix in Q4_0, the shared embeddings too. */
export async function writeGgufModel(path) {
  await mkdir(dirname(path), { recursive: true });
  const tensors = [...checkpoint.tensors].map(([name, { shape }]) => describe(name, shape));
  const file = await open(path, 'w');
  try {
    await file.write(header(tensors));
    for (const tensor of tensors) {
      await file.write(padded(tensor.type === 'Q4_0' ? await quantized(tensor) : await vector(tensor)));
    }
  } finally {
    await file.close();
  }
}

function describe(source, shape) {
  const type = shape.length === 2 ? 'Q4_0' : 'F32';
  const values = shape.reduce((product, size) => product * size, 1);
  const byteLength = type === 'Q4_0' ? (values / 32) * blockBytes : 4 * values;
  return { source, name: nameOf(source), shape, type, byteLength };
}

function nameOf(source) {
  const name = source.replace(/\.weight$/, '');
  if (name === 'model.embed_tokens') return 'token_embd.weight';
  if (name === 'model.norm') return 'output_norm.weight';
  const [, layer, part] = /^model\.layers\.(\d+)\.(.+)$/.exec(name);
  return `blk.${layer}.${tensorNames[part]}.weight`;
}

function header(tensors) {
  const metadata = {
    'general.architecture': string('llama'),
    'general.name': string('random weights'),
    'general.alignment': uint32(alignment),
    'general.file_type': uint32(2),
    'llama.context_length': uint32(config.contextLength),
    'llama.embedding_length': uint32(config.hiddenSize),
    'llama.block_count': uint32(config.layers),
    'llama.feed_forward_length': uint32(config.intermediateSize),
    'llama.attention.head_count': uint32(config.heads),
    'llama.attention.head_count_kv': uint32(config.kvHeads),
    'llama.attention.layer_norm_rms_epsilon': float32(config.normEpsilon),
    'llama.rope.dimension_count': uint32(config.headSize),
    'llama.rope.freq_base': float32(config.rope.theta),
    // Nothing is tokenized here, but llama.cpp wants a vocabulary.
    'tokenizer.ggml.model': string('gpt2'),
    'tokenizer.ggml.tokens': strings(Array.from({ length: config.vocabularySize }, (_, id) => `<${id}>`)),
    'tokenizer.ggml.merges': strings([]),
  };
  const parts = [Buffer.from('GGUF'), count32(3), count64(tensors.length)];
  parts.push(count64(Object.keys(metadata).length));
  for (const [key, value] of Object.entries(metadata)) parts.push(text(key), value);
  let offset = 0;
  for (const { name, shape, type, byteLength } of tensors) {
    const sizes = shape.toReversed().map(count64);
    parts.push(text(name), count32(shape.length), ...sizes, count32(tensorTypes[type]), count64(offset));
    offset += Math.ceil(byteLength / alignment) * alignment;
  }
  return padded(Buffer.concat(parts));
}

async function vector({ source }) {
  return Buffer.from((await readVector(source)).buffer);
}

/** A block: its scale in half precision, then value i in the low half and value i + 16 in the high half of byte i. */
async function quantized({ source, byteLength }) {
  const { rows, columns, packed, scales } = await readQuantized(source);
  const bytes = Buffer.alloc(byteLength);
  const blocks = columns / 32;
  const code = (block, index) => (packed[16 * block + (index >> 1)] >> (4 * (index & 1))) & 15;
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < blocks; column++) {
      const block = rowInCheckpoint(source, row) * blocks + column;
      const at = (row * blocks + column) * blockBytes;
      bytes.writeUInt16LE(toHalf(scales[block]), at);
      for (let i = 0; i < 16; i++) bytes[at + 2 + i] = code(block, i) | (code(block, i + 16) << 4);
    }
  }
  return bytes;
}

/** llama.cpp rotates neighbouring values of a head, so the two halves of each query and key head are interleaved. */
function rowInCheckpoint(source, row) {
  if (!/self_attn\.[qk]_proj/.test(source)) return row;
  const place = row % config.headSize;
  return row - place + (place >> 1) + (place & 1) * (config.headSize / 2);
}

/** Half precision, rounded to nearest: scales are normal numbers of moderate size. */
function toHalf(value) {
  const [bits] = new Uint32Array(Float32Array.of(value).buffer);
  const rounded = bits + 0x0fff + ((bits >>> 13) & 1);
  const exponent = ((rounded >>> 23) & 0xff) - 112;
  if (value === 0) return 0;
  if (exponent < 1 || exponent > 30) throw new RangeError(`expected a normal half, got ${value}`);
  return ((bits >>> 16) & 0x8000) | (exponent << 10) | ((rounded >>> 13) & 0x3ff);
}

function padded(bytes) {
  return Buffer.concat([bytes, Buffer.alloc(-bytes.length & (alignment - 1))]);
}

function text(value) {
  const bytes = Buffer.from(value);
  return Buffer.concat([count64(bytes.length), bytes]);
}

function string(value) {
  return Buffer.concat([count32(valueTypes.string), text(value)]);
}

function strings(values) {
  const head = [count32(valueTypes.array), count32(valueTypes.string), count64(values.length)];
  return Buffer.concat([...head, ...values.map(text)]);
}

function uint32(value) {
  return Buffer.concat([count32(valueTypes.uint32), count32(value)]);
}

function float32(value) {
  const bytes = Buffer.alloc(8);
  bytes.writeUInt32LE(valueTypes.float32);
  bytes.writeFloatLE(value, 4);
  return bytes;
}

function count32(value) {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
}

function count64(value) {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(BigInt(value));
  return bytes;
}
