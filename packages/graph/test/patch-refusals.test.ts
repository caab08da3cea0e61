import { readFile } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import { GraphError, inspectGraph, patchGraph } from '../src/index.ts';
import type { GraphProto, ModelProto } from '../src/onnx-messages.ts';
import { editedExport, findNode, insertBefore, setInteger } from './edit-graph.ts';
import { findExport } from './exports.ts';

const genai = 'genai-llama-fp32';
const optimum = 'optimum-llama-fp32';
const attention = '/model/layers.0/attn/GroupQueryAttention';

type Edit = (graph: GraphProto, model: ModelProto) => void;

function refusal(bytes: Uint8Array, config?: unknown): GraphError {
  try {
    patchGraph(bytes, { config });
  } catch (error) {
    if (error instanceof GraphError) return error;
    throw error;
  }
  throw new Error('The graph was patched.');
}

const gqa = (graph: GraphProto) => findNode(graph, 'GroupQueryAttention');
const renameInput =
  (from: string, to: string): Edit =>
  (graph) => {
    graph.inputs.find(({ name }) => name === from)!.name = to;
  };
const addInput =
  (name: string): Edit =>
  (graph) => {
    graph.inputs.push({ ...structuredClone(graph.inputs[0]!), name });
  };

describe('what cannot be made belt-ready is refused by name:', () => {
  test.each<[string, string, Edit, string, RegExp]>([
    [
      'a sliding window',
      genai,
      (g) => setInteger(gqa(g), 'local_window_size', 512),
      attention,
      /window of 512/,
    ],
    ['attention to later tokens', genai, (g) => setInteger(gqa(g), 'causal', 0), attention, /not causal/],
    [
      'an attention bias of its own',
      genai,
      (g) => {
        gqa(g).inputs[10] = 'cos_cache';
      },
      attention,
      /bias of its own/,
    ],
    [
      'a quantized cache',
      genai,
      (g) => {
        const text = new TextEncoder().encode('PER_TENSOR');
        gqa(g).attributes.push({ name: 'k_quant_type', type: 3, string: text, ints: [] });
      },
      attention,
      /quantized cache \(k_quant_type PER_TENSOR\)/,
    ],
    [
      'a cache of bfloat16',
      genai,
      (g) => {
        g.inputs.find(({ name }) => name === 'past_key_values.0.key')!.type!.tensorType!.elementType = 16;
      },
      attention,
      /element type 16/,
    ],
    [
      'attention without a cache',
      genai,
      (g) => {
        for (const node of g.nodes.filter(({ operator }) => operator === 'GroupQueryAttention')) {
          node.inputs[3] = node.inputs[4] = '';
        }
      },
      attention,
      /no past keys and values/,
    ],
    [
      'layers of different sizes',
      genai,
      (g) => {
        setInteger(g.nodes.filter((n) => n.operator === 'GroupQueryAttention')[1]!, 'num_heads', 6);
        setInteger(g.nodes.filter((n) => n.operator === 'GroupQueryAttention')[1]!, 'kv_num_heads', 1);
      },
      '/model/layers.1/attn/GroupQueryAttention',
      /other sizes/,
    ],
    [
      'a cache that two layers share',
      genai,
      (g) => {
        const [first, second] = g.nodes.filter((n) => n.operator === 'GroupQueryAttention');
        second!.inputs[3] = first!.inputs[3]!;
      },
      '/model/layers.1/attn/GroupQueryAttention',
      /shares the cache/,
    ],
    [
      'paged attention',
      genai,
      (g) => {
        gqa(g).operator = 'PagedAttention';
      },
      attention,
      /PagedAttention/,
    ],
    [
      'packed attention',
      genai,
      (g) => {
        gqa(g).operator = 'Attention';
      },
      attention,
      /\(Attention\)/,
    ],
    [
      'an encoder-decoder',
      genai,
      addInput('encoder_hidden_states'),
      'encoder_hidden_states',
      /encoder-decoder/,
    ],
    ['a recurrent state', genai, addInput('past.conv.0'), 'past.conv.0', /state beside/],
    ['embeddings as input', genai, renameInput('input_ids', 'inputs_embeds'), 'inputs_embeds', /embeddings/],
    ['a merged graph', optimum, addInput('use_cache_branch'), 'use_cache_branch', /merged/],
    [
      'positions of three axes',
      optimum,
      (g) =>
        g.inputs
          .find((i) => i.name === 'position_ids')!
          .type!.tensorType!.shape!.dimensions.push({ value: 3n }),
      'position_ids',
      /two axes/,
    ],
    [
      'no logits',
      genai,
      (g) => {
        g.outputs[0]!.name = 'hidden';
      },
      'logits',
      /no output "logits"/,
    ],
    [
      'activations quantized over all rows',
      genai,
      (g) => {
        const product = g.nodes.at(-1)!;
        insertBefore(g, product, (added) =>
          added.node('quantized', 'DynamicQuantizeLinear', [product.inputs[0]!], {
            outputs: ['q', 's', 'z'],
          }),
        );
      },
      'quantized',
      /branches would influence each other/,
    ],
    [
      'a convolution along the tokens',
      genai,
      (g) => {
        const product = findNode(g, 'MatMul');
        insertBefore(g, product, (added) => added.node('conv', 'Conv', [product.inputs[0]!, 'cos_cache']));
        product.inputs[0] = 'conv';
      },
      'conv',
      /one token to the next/,
    ],
    [
      'attention without softmax',
      genai,
      (g) => {
        const product = findNode(g, 'MatMul');
        const hidden = product.inputs[0]!;
        insertBefore(g, product, (added) => added.node('mixed', 'MatMul', [hidden, hidden]));
        product.inputs[0] = 'mixed';
      },
      'mixed',
      /multiplies tokens with each other/,
    ],
    [
      'a mask used for more than attention',
      genai,
      (g) => {
        const product = findNode(g, 'MatMul');
        insertBefore(g, product, (added) => {
          const floats = added.node('floats', 'Cast', ['attention_mask'], { attributes: { to: 1 } });
          added.node('masked', 'Mul', [product.inputs[0]!, floats]);
        });
        product.inputs[0] = 'masked';
      },
      'floats',
      /needs the input "attention_mask"/,
    ],
    [
      'capped scores',
      optimum,
      (g) => {
        const softmax = findNode(g, 'Softmax');
        insertBefore(g, softmax, (added) => added.node('capped', 'Sin', [softmax.inputs[0]!]));
        softmax.inputs[0] = 'capped';
      },
      'capped',
      /unknown between scores and softmax/,
    ],
    [
      'a window in an expanded mask',
      optimum,
      (g) => {
        const comparison = findNode(g, 'LessOrEqual');
        insertBefore(g, comparison, (added) => {
          added.node('shifted', 'Sub', [comparison.inputs[0]!, added.integers('window', [4096])]);
        });
        comparison.inputs[0] = 'shifted';
      },
      'shifted',
      /4096 .*sliding window/,
    ],
    [
      'slopes in a mask',
      optimum,
      (g) => {
        const where = g.nodes.find(({ name }) => name === '/model/layers.0/self_attn/Where_2')!;
        insertBefore(g, where, (added) => added.node('slopes', 'Pow', [where.inputs[1]!, where.inputs[1]!]));
        where.inputs[1] = 'slopes';
      },
      'slopes',
      /unknown in an attention mask/,
    ],
    [
      'distances weighed by head',
      optimum,
      (g) => {
        const where = g.nodes.find(({ name }) => name === '/model/layers.0/self_attn/Where_2')!;
        const add = g.nodes.find(({ inputs }) => inputs.includes(where.outputs[0]!))!;
        insertBefore(g, add, (added) => {
          const bytes = new Uint8Array(Float32Array.of(1, 0.25, 0.0625, 0.015625).buffer);
          const slopes = added.initializer('slopes', 'float', [1, 4, 1, 1], { kind: 'inline', bytes });
          const distances = added.node('distances', 'Cast', ['/model/Range_output_0'], {
            attributes: { to: 1 },
          });
          const weighed = added.node('weighed', 'Mul', [slopes, distances]);
          added.node('with_slopes', 'Add', [where.outputs[0]!, weighed]);
        });
        add.inputs = add.inputs.map((input) => (input === where.outputs[0] ? 'with_slopes' : input));
      },
      'weighed',
      /factor 0.25 into an attention mask/,
    ],
    [
      'a mask that hides nothing',
      optimum,
      (g) => {
        const softmax = findNode(g, 'Softmax');
        softmax.inputs[0] = g.nodes.find(({ outputs }) => outputs[0] === softmax.inputs[0])!.inputs[0]!;
      },
      '/model/layers.0/self_attn/Softmax',
      /without a mask/,
    ],
  ])('%s', async (_, name, edit, subject, message) => {
    const { bytes, config } = await editedExport(name, edit);
    const error = refusal(bytes, config);
    expect(error).toMatchObject({ code: 'UNSUPPORTED_GRAPH', subject });
    expect(error.message).toMatch(message);
    expect(inspectGraph(bytes, { config })).toMatchObject({ readiness: 'unsupported', info: undefined });
  });

  test('an export of a model with sliding windows', async () => {
    const { path, config } = await findExport('optimum-mistral-outline');
    const error = refusal(await readFile(path), config);
    expect(error).toMatchObject({ code: 'UNSUPPORTED_GRAPH', subject: '/model/Sub' });
    expect(error.message).toMatch(/brings 16 into an attention mask/);
  });

  test.each<[string, Edit]>([
    [
      'nodes in a circle',
      (g) => {
        findNode(g, 'SimplifiedLayerNormalization').inputs[0] = 'logits';
      },
    ],
    [
      'a value with two sources',
      (g) => {
        g.nodes[2]!.outputs[0] = g.nodes[1]!.outputs[0]!;
      },
    ],
    [
      'weights outside of the folder',
      (g) => {
        g.initializers[0]!.externalData.find(({ key }) => key === 'location')!.value = '../../secret';
      },
    ],
    [
      'weights at a negative place',
      (g) => {
        g.initializers[0]!.externalData.find(({ key }) => key === 'offset')!.value = '-4';
      },
    ],
  ])('a damaged graph: %s', async (_, edit) => {
    const { bytes, config } = await editedExport(genai, edit);
    expect(refusal(bytes, config)).toMatchObject({ code: 'INVALID_GRAPH' });
  });
});
