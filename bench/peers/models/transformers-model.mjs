import { mkdir, open, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createOnnxGraph } from './onnx-file.mjs';
import { config, modelConfig, readQuantized, readVector } from './random-weights.mjs';

const { hiddenSize, heads, kvHeads, headSize, intermediateSize, vocabularySize, layers } = config;
const microsoft = { domain: 'com.microsoft' };
const epsilon = { float: config.normEpsilon };

/**
 * Writes the model as transformers.js finds it on the Hugging Face hub: config.json and onnx/model_q4.onnx.
 *
 * The graph is the one that onnxruntime-genai's builder writes for this architecture (`fixtures/exports/genai-llama-int4`):
 * one product for queries, keys and values, rotation inside of GroupQueryAttention, int4 embeddings shared with the LM head.
 * It also has the input `num_logits_to_keep`, by which transformers.js asks for the last row's logits alone.
 */
export async function writeTransformersModel(folder) {
  await mkdir(join(folder, 'onnx'), { recursive: true });
  const generation = { bos_token_id: 1, eos_token_id: null, pad_token_id: 0 };
  await writeFile(join(folder, 'config.json'), JSON.stringify({ ...modelConfig, ...generation }));
  await writeFile(join(folder, 'generation_config.json'), JSON.stringify(generation));
  const file = await open(join(folder, 'onnx', 'model_q4.onnx'), 'w');
  try {
    for (const part of await buildGraph()) await file.write(part);
  } finally {
    await file.close();
  }
}

async function buildGraph() {
  const graph = createOnnxGraph();
  declareValues(graph);
  addLengths(graph);
  addRotaryTables(graph);
  await addEmbeddings(graph);
  let sums = 'embeddings';
  let addend;
  for (let layer = 0; layer < layers; layer++) {
    const prefix = `model.layers.${layer}`;
    const normed = await addNorm(graph, `${prefix}.input_layernorm`, sums, addend);
    sums = addend === undefined ? sums : `${prefix}.input_layernorm.sum`;
    const attended = await addAttention(graph, layer, normed);
    const middle = await addNorm(graph, `${prefix}.post_attention_layernorm`, sums, attended);
    sums = `${prefix}.post_attention_layernorm.sum`;
    addend = await addFeedForward(graph, prefix, middle);
  }
  await addHead(graph, await addNorm(graph, 'model.norm', sums, addend));
  return graph.finish();
}

function declareValues(graph) {
  graph.input('input_ids', 'int64', ['batch_size', 'sequence_length']);
  graph.input('attention_mask', 'int64', ['batch_size', 'total_sequence_length']);
  graph.input('num_logits_to_keep', 'int64', []);
  graph.output('logits', 'float', ['batch_size', 'kept_length', vocabularySize]);
  for (let layer = 0; layer < layers; layer++) {
    for (const part of ['key', 'value']) {
      const sizes = (length) => ['batch_size', kvHeads, length, headSize];
      graph.input(`past_key_values.${layer}.${part}`, 'float', sizes('past_sequence_length'));
      graph.output(`present.${layer}.${part}`, 'float', sizes('total_sequence_length'));
    }
  }
}

/** GroupQueryAttention wants each row's length less one, and the length of all. */
function addLengths(graph) {
  graph.initializer('one', 'int64', [1], BigInt64Array.of(1n));
  graph.initializer('one.scalar', 'int64', [], BigInt64Array.of(1n));
  graph.node('ReduceSum', ['attention_mask', 'one'], ['lengths'], { keepdims: 0 });
  graph.node('Sub', ['lengths', 'one'], ['last.positions']);
  graph.node('Cast', ['last.positions'], ['sequence.lengths'], { to: 6 });
  graph.node('Shape', ['attention_mask'], ['mask.shape']);
  graph.node('Gather', ['mask.shape', 'one.scalar'], ['mask.length'], { axis: 0 });
  graph.node('Cast', ['mask.length'], ['total.length'], { to: 6 });
}

function addRotaryTables(graph) {
  const pairs = headSize / 2;
  const positions = config.contextLength;
  const angle = (_, index) =>
    Math.floor(index / pairs) * config.rope.theta ** ((-2 * (index % pairs)) / headSize);
  const angles = Array.from({ length: positions * pairs }, angle);
  graph.initializer('cos_cache', 'float', [positions, pairs], Float32Array.from(angles, Math.cos));
  graph.initializer('sin_cache', 'float', [positions, pairs], Float32Array.from(angles, Math.sin));
}

async function addEmbeddings(graph) {
  await addMatrix(graph, 'lm_head', ['model.embed_tokens.weight']);
  graph.initializer('embeddings.shape', 'int64', [2], BigInt64Array.of(BigInt(vocabularySize), -1n));
  graph.node('Reshape', ['lm_head.codes', 'embeddings.shape'], ['embeddings.codes']);
  const blocks = { bits: 4, block_size: 32, gather_axis: 0, quantize_axis: 1 };
  graph.node('GatherBlockQuantized', ['embeddings.codes', 'input_ids', 'lm_head.scales'], ['embeddings'], {
    ...microsoft,
    ...blocks,
  });
}

/** With an addend: the norm of the sum, which is an output too. */
async function addNorm(graph, name, input, addend) {
  graph.initializer(`${name}.weight`, 'float', [hiddenSize], await readVector(`${name}.weight`));
  if (addend === undefined) {
    const attributes = { epsilon, axis: -1, stash_type: 1 };
    graph.node('SimplifiedLayerNormalization', [input, `${name}.weight`], [name], attributes);
  } else {
    const outputs = name === 'model.norm' ? [name] : [name, '', '', `${name}.sum`];
    const attributes = { ...microsoft, epsilon };
    graph.node('SkipSimplifiedLayerNormalization', [input, addend, `${name}.weight`], outputs, attributes);
  }
  return name;
}

async function addAttention(graph, layer, input) {
  const prefix = `model.layers.${layer}.self_attn`;
  const projections = ['q', 'k', 'v'].map((letter) => `${prefix}.${letter}_proj.weight`);
  await addMatrix(graph, `${prefix}.qkv`, projections);
  const packed = addProduct(graph, `${prefix}.qkv`, input, hiddenSize, (heads + 2 * kvHeads) * headSize);
  const past = ['key', 'value'].map((part) => `past_key_values.${layer}.${part}`);
  const present = ['key', 'value'].map((part) => `present.${layer}.${part}`);
  graph.node(
    'GroupQueryAttention',
    [packed, '', '', ...past, 'sequence.lengths', 'total.length', 'cos_cache', 'sin_cache'],
    [prefix, ...present],
    {
      ...{ ...microsoft, num_heads: heads, kv_num_heads: kvHeads, scale: { float: headSize ** -0.5 } },
      ...{ local_window_size: -1, softcap: { float: 0 }, do_rotary: 1, rotary_interleaved: 0 },
    },
  );
  await addMatrix(graph, `${prefix}.o`, [`${prefix}.o_proj.weight`]);
  return addProduct(graph, `${prefix}.o`, prefix, heads * headSize, hiddenSize);
}

async function addFeedForward(graph, prefix, input) {
  const [gate, up, down] = ['gate', 'up', 'down'].map((name) => `${prefix}.mlp.${name}`);
  for (const name of [gate, up, down]) await addMatrix(graph, name, [`${name}_proj.weight`]);
  const gated = addProduct(graph, gate, input, hiddenSize, intermediateSize);
  const raised = addProduct(graph, up, input, hiddenSize, intermediateSize);
  graph.node('Sigmoid', [gated], [`${gate}.sigmoid`]);
  graph.node('Mul', [gated, `${gate}.sigmoid`], [`${gate}.activation`]);
  graph.node('Mul', [`${gate}.activation`, raised], [`${prefix}.mlp`]);
  return addProduct(graph, down, `${prefix}.mlp`, intermediateSize, hiddenSize);
}

/** Logits of the last `num_logits_to_keep` tokens, of all where it is 0. */
async function addHead(graph, input) {
  graph.node('Neg', ['num_logits_to_keep'], ['kept.start']);
  graph.node('Reshape', ['kept.start', 'one'], ['kept.starts']);
  graph.initializer('kept.ends', 'int64', [1], BigInt64Array.of(2n ** 62n));
  graph.node('Slice', [input, 'kept.starts', 'kept.ends', 'one'], ['kept']);
  addProduct(graph, 'lm_head', 'kept', hiddenSize, vocabularySize, 'logits');
}

/** The rows of several matrices, one below the other. */
async function addMatrix(graph, name, tensors) {
  const matrices = [];
  for (const tensor of tensors) matrices.push(await readQuantized(tensor));
  const rows = matrices.reduce((sum, matrix) => sum + matrix.rows, 0);
  const blocks = matrices[0].columns / 32;
  const codes = Buffer.concat(matrices.map(({ packed }) => packed));
  const scales = Float32Array.from(matrices.flatMap((matrix) => [...matrix.scales]));
  graph.initializer(`${name}.codes`, 'uint8', [rows, blocks, 16], codes);
  graph.initializer(`${name}.scales`, 'float', [rows, blocks], scales);
}

function addProduct(graph, name, input, inputs, outputs, result = `${name}.product`) {
  const blocks = { bits: 4, block_size: 32, accuracy_level: 4 };
  const attributes = { ...microsoft, K: inputs, N: outputs, ...blocks };
  graph.node('MatMulNBits', [input, `${name}.codes`, `${name}.scales`], [result], attributes);
  return result;
}
