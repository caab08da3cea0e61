import type { ModelConfig, TensorSource } from '../src/index.ts';

/** Logits of every row, computed in double precision from the definition: one step, empty cache. */
export async function plainLogits(
  config: ModelConfig,
  source: TensorSource,
  inverseFrequencies: readonly number[],
  step: {
    tokens: readonly number[];
    positions: readonly number[];
    sees: (row: number, slot: number) => boolean;
  },
): Promise<Float32Array[]> {
  const weights = new Map<string, Float32Array>();
  for (const [name, { shape }] of source.tensors)
    weights.set(name, await source.readRows(name, 0, shape[0]!));
  const { hiddenSize, heads, kvHeads, headSize } = config;
  const vector = (name: string) => Array.from(weights.get(name)!);
  const linear = (name: string, input: number[]): number[] => {
    const weight = weights.get(`${name}.weight`)!;
    const bias = weights.get(`${name}.bias`);
    return Array.from({ length: weight.length / input.length }, (_, output) => {
      let sum = bias?.[output] ?? 0;
      for (const [i, value] of input.entries()) sum += weight[output * input.length + i]! * value;
      return sum;
    });
  };
  const norm = (name: string, input: number[]): number[] => {
    const mean = input.reduce((sum, value) => sum + value * value, 0) / input.length;
    const scale = vector(`${name}.weight`);
    return input.map((value, i) => (value * scale[i]!) / Math.sqrt(mean + config.normEpsilon));
  };
  const split = (input: number[], name: string | undefined): number[][] =>
    Array.from({ length: input.length / headSize }, (_, head) => {
      const part = input.slice(head * headSize, (head + 1) * headSize);
      return name === undefined ? part : norm(name, part);
    });
  const rotate = (input: number[], position: number): number[] =>
    input.map((value, i) => {
      const half = headSize / 2;
      const angle = position * inverseFrequencies[i % half]!;
      const partner = i < half ? -input[i + half]! : input[i - half]!;
      return value * Math.cos(angle) + partner * Math.sin(angle);
    });
  const add = (left: number[], right: number[]): number[] => left.map((value, i) => value + right[i]!);

  const embeddings = weights.get('model.embed_tokens.weight')!;
  let hidden = step.tokens.map((id) =>
    Array.from(embeddings.subarray(id * hiddenSize, (id + 1) * hiddenSize)),
  );
  for (let layer = 0; layer < config.layers; layer++) {
    const prefix = `model.layers.${layer}`;
    const attention = `${prefix}.self_attn`;
    const normed = hidden.map((row) => norm(`${prefix}.input_layernorm`, row));
    const headNorm = (name: string) => (config.queryKeyNorm ? `${attention}.${name}` : undefined);
    const project = (name: string, normName?: string) =>
      normed.map((row) => split(linear(`${attention}.${name}`, row), normName));
    const turn = (rows: number[][][]) =>
      rows.map((parts, row) => parts.map((part) => rotate(part, step.positions[row]!)));
    const queries = turn(project('q_proj', headNorm('q_norm')));
    const keys = turn(project('k_proj', headNorm('k_norm')));
    const values = project('v_proj');
    const attended = queries.map((parts, row) =>
      parts.flatMap((query, head) => {
        const shared = Math.floor(head / (heads / kvHeads));
        const slots = keys.map((_, slot) => slot).filter((slot) => slot <= row && step.sees(row, slot));
        const scores = slots.map((slot) =>
          Math.exp(
            query.reduce((sum, value, i) => sum + value * keys[slot]![shared]![i]!, 0) / Math.sqrt(headSize),
          ),
        );
        const total = scores.reduce((sum, score) => sum + score, 0);
        return query.map((_, i) =>
          slots.reduce((sum, slot, index) => sum + (scores[index]! / total) * values[slot]![shared]![i]!, 0),
        );
      }),
    );
    hidden = hidden.map((row, index) => add(row, linear(`${attention}.o_proj`, attended[index]!)));
    hidden = hidden.map((row) => {
      const input = norm(`${prefix}.post_attention_layernorm`, row);
      const up = linear(`${prefix}.mlp.up_proj`, input);
      const gated = linear(`${prefix}.mlp.gate_proj`, input).map(
        (value, i) => (value / (1 + Math.exp(-value))) * up[i]!,
      );
      return add(row, linear(`${prefix}.mlp.down_proj`, gated));
    });
  }
  const head = config.tiedEmbeddings ? 'model.embed_tokens' : 'lm_head';
  return hidden.map((row) => Float32Array.from(linear(head, norm('model.norm', row))));
}
