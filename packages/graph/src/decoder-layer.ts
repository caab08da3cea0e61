import { newKeysOutput, newValuesOutput, pastKeysInput, pastValuesInput } from './contract.ts';
import { addLinear, addLinears, addVector, type BuildContext } from './graph-parts.ts';

/** Values that all layers share. */
export interface SharedValues {
  readonly positionIds: string;
  readonly attentionBias: string;
  /** int32 `[1]`: index of the last of all tokens. */
  readonly lastIndex: string;
  /** int32 `[1]`: past and new tokens. */
  readonly totalLength: string;
  /** float32 `[contextLength, headSize / 2]`. */
  readonly cosines: string;
  readonly sines: string;
  readonly logitsRows: string;
}

/** The sum of all layers so far, in two parts that the next norm adds: `[1, N, hiddenSize]`. */
export interface Hidden {
  readonly residual: string;
  /** The latest layer's addition; undefined before the first. */
  readonly update: string | undefined;
}

/** Adds attention and feed-forward network of one layer; after the last one only the asked rows are left. */
export async function addDecoderLayer(
  context: BuildContext,
  shared: SharedValues,
  layer: number,
  hidden: Hidden,
): Promise<Hidden> {
  const { graph, config, products } = context;
  const name = `layers.${layer}`;
  const before = await addNorm(
    context,
    `${name}.attention_norm`,
    `model.${name}.input_layernorm.weight`,
    hidden,
  );
  let attended = await addAttention(context, shared, layer, before.normed);
  let residual = before.sum;
  if (layer === config.layers - 1) {
    // Nothing after the last attention mixes rows: go on with those whose logits are wanted.
    attended = graph.node(`${name}.attended_rows`, 'Gather', [attended, shared.logitsRows], {
      attributes: { axis: 1 },
    });
    residual = graph.node(`${name}.residual_rows`, 'Gather', [residual, shared.logitsRows], {
      attributes: { axis: 1 },
    });
  }
  if (products !== undefined) {
    attended = await products.spread(`${name}.spread`, attended, config.heads * config.headSize);
  }
  const projected = await addLinear(context, `${name}.attention_output`, attended, [
    `model.${name}.self_attn.o_proj`,
  ]);
  const between = await addNorm(
    context,
    `${name}.feed_forward_norm`,
    `model.${name}.post_attention_layernorm.weight`,
    {
      residual,
      update: projected,
    },
  );
  return { residual: between.sum, update: await addFeedForward(context, layer, between.normed) };
}

/** Adds the residual's two parts and the root mean square norm of the sum. */
export async function addNorm(
  context: BuildContext,
  name: string,
  weight: string,
  hidden: Hidden,
): Promise<{ normed: string; sum: string }> {
  const { graph, config } = context;
  const scale = await addVector(context, weight);
  const epsilon = { float: config.normEpsilon };
  if (hidden.update === undefined) {
    const normed = graph.node(name, 'SimplifiedLayerNormalization', [hidden.residual, scale], {
      attributes: { epsilon, axis: -1, stash_type: 1 },
    });
    return { normed, sum: hidden.residual };
  }
  const sum = `${name}.sum`;
  const normed = graph.node(
    name,
    'SkipSimplifiedLayerNormalization',
    [hidden.residual, hidden.update, scale],
    {
      domain: 'com.microsoft',
      attributes: { epsilon },
      outputs: [name, '', '', sum],
    },
  );
  return { normed, sum };
}

async function addAttention(
  context: BuildContext,
  shared: SharedValues,
  layer: number,
  input: string,
): Promise<string> {
  const { graph, config } = context;
  const name = `layers.${layer}.attention`;
  const source = `model.layers.${layer}.self_attn`;
  const [queries, keys, values] = [`${name}.queries`, `${name}.keys`, newValuesOutput(layer)];
  await addLinears(context, input, [
    { name: queries, source: `${source}.q_proj` },
    { name: keys, source: `${source}.k_proj` },
    { name: values, source: `${source}.v_proj` },
  ]);
  const rotate = async (value: string, heads: number, norm: string, output: string): Promise<string> => {
    const normed = config.queryKeyNorm
      ? await addHeadNorm(context, `${output}.norm`, value, heads, norm)
      : value;
    return graph.node(output, 'RotaryEmbedding', [normed, shared.positionIds, shared.cosines, shared.sines], {
      domain: 'com.microsoft',
      attributes: { num_heads: heads },
    });
  };
  const rotatedQueries = await rotate(
    queries,
    config.heads,
    `${source}.q_norm.weight`,
    `${name}.rotated_queries`,
  );
  const rotatedKeys = await rotate(keys, config.kvHeads, `${source}.k_norm.weight`, newKeysOutput(layer));
  const past = [pastKeysInput(layer), pastValuesInput(layer)];
  const optional = ['', '', ''];
  return graph.node(
    name,
    'GroupQueryAttention',
    [
      rotatedQueries,
      rotatedKeys,
      values,
      ...past,
      shared.lastIndex,
      shared.totalLength,
      ...optional,
      shared.attentionBias,
    ],
    {
      domain: 'com.microsoft',
      attributes: { num_heads: config.heads, kv_num_heads: config.kvHeads, do_rotary: 0 },
      outputs: [name, `${name}.present_keys`, `${name}.present_values`],
    },
  );
}

/** Root mean square norm of each head on its own: `[1, S, heads * headSize]` to the same shape. */
async function addHeadNorm(
  context: BuildContext,
  name: string,
  input: string,
  heads: number,
  weight: string,
): Promise<string> {
  const { graph, config } = context;
  const split = graph.integers(`${name}.split_shape`, [1, -1, config.headSize]);
  const joined = graph.integers(`${name}.joined_shape`, [1, -1, heads * config.headSize]);
  const apart = graph.node(`${name}.split`, 'Reshape', [input, split]);
  const scale = await addVector(context, weight);
  const normed = graph.node(name, 'SimplifiedLayerNormalization', [apart, scale], {
    attributes: { epsilon: { float: config.normEpsilon }, axis: -1, stash_type: 1 },
  });
  return graph.node(`${name}.joined`, 'Reshape', [normed, joined]);
}

async function addFeedForward(context: BuildContext, layer: number, input: string): Promise<string> {
  const { graph, config, products } = context;
  const name = `layers.${layer}.feed_forward`;
  const source = `model.layers.${layer}.mlp`;
  const [gate, up] = [`${name}.gate`, `${name}.up`];
  await addLinears(context, input, [
    { name: gate, source: `${source}.gate_proj` },
    { name: up, source: `${source}.up_proj` },
  ]);
  // SiLU; ONNX Runtime fuses the two nodes.
  const sigmoid = graph.node(`${name}.sigmoid`, 'Sigmoid', [gate]);
  const activated = graph.node(`${name}.activated`, 'Mul', [gate, sigmoid]);
  const gated = graph.node(`${name}.gated`, 'Mul', [activated, up]);
  const read = products ? await products.spread(`${name}.spread`, gated, config.intermediateSize) : gated;
  return addLinear(context, `${name}.down`, read, [`${source}.down_proj`]);
}
