import { describe, expect, test } from 'vitest';
import {
  buildBeltGraph,
  inlineWeights,
  type ModelConfig,
  type Precision,
  readBeltGraph,
  ropeInverseFrequencies,
  type TensorSource,
} from '../src/index.ts';
import { modelTable } from '../src/onnx-messages.ts';
import { decodeMessage, encodeMessage } from '../src/protobuf.ts';
import { type BeltSession, causalStep, openBeltSession, type Step } from './belt-session.ts';
import { buildBytes, tinyModel } from './build.ts';
import { dequantized } from './dequantize.ts';
import { greatestDifference, relativeDistance } from './golden.ts';
import { plainLogits } from './plain-model.ts';

const llama3 = {
  rope_type: 'llama3',
  ...{ factor: 4, low_freq_factor: 1, high_freq_factor: 4, original_max_position_embeddings: 64 },
};

/** Two strands of three behind a trunk of four; the second strand's positions repeat the first one's. */
const forked: Step = {
  tokens: [5, 17, 42, 3, 60, 61, 62, 70, 71, 72],
  positions: [0, 1, 2, 3, 4, 5, 6, 4, 5, 6],
  sees: (row, slot) => slot < 4 || row < 7 || slot >= 7,
};

async function open(options: {
  config: ModelConfig;
  tensors: TensorSource;
  precision?: Precision;
}): Promise<BeltSession> {
  return openBeltSession(await buildBytes(options), 32);
}

/** The same graph, with activations left as float32 inside MatMulNBits. */
function withFloatActivations(bytes: Uint8Array): Uint8Array {
  const model = decodeMessage(modelTable, bytes);
  for (const { attributes } of model.graph!.nodes) {
    for (const attribute of attributes) if (attribute.name === 'accuracy_level') attribute.int = 1n;
  }
  return Buffer.concat(encodeMessage(modelTable, model).parts);
}

describe('every kind of model gives the logits of the plain definition', () => {
  test.each<[string, Record<string, unknown>]>([
    ['llama', {}],
    ['llama, tied', { tie_word_embeddings: true }],
    ['llama with one key head', { num_key_value_heads: 1 }],
    ['llama with as many key heads as heads', { num_key_value_heads: 4 }],
    ['llama with biases', { attention_bias: true, mlp_bias: true }],
    ['llama with stretched rope', { rope_scaling: llama3, rope_theta: 100 }],
    ['qwen2', { model_type: 'qwen2' }],
    ['qwen3 whose heads are wider than the hidden size', { model_type: 'qwen3', head_dim: 32 }],
    ['qwen3 with biases, tied', { model_type: 'qwen3', attention_bias: true, tie_word_embeddings: true }],
  ])('%s', async (_, changes) => {
    const model = tinyModel(changes);
    const session = await open(model);
    const expected = await plainLogits(
      model.config,
      model.tensors,
      [...ropeInverseFrequencies(model.config)],
      forked,
    );
    expect(greatestDifference(await session.forward(forked), expected)).toBeLessThan(2e-5);
    await session.release();
  });
});

describe('one step', () => {
  const model = tinyModel({ tie_word_embeddings: true });
  const text = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12];

  test.each(['fp32', 'int8', 'int4', 'w8a8'] as const)(
    'in chunks is the same as in one go (%s)',
    async (precision) => {
      const whole = await open({ ...model, precision });
      const chunked = await open({ ...model, precision });
      const expected = await whole.forward(causalStep(0, text));
      const logits: Float32Array[] = [];
      for (const [start, end] of [
        [0, 5],
        [5, 6],
        [6, 12],
      ] as const) {
        logits.push(...(await chunked.forward(causalStep(start, text.slice(start, end)))));
      }
      expect(greatestDifference(logits, expected)).toBeLessThan(precision === 'fp32' ? 1e-5 : 0.05);
      await Promise.all([whole.release(), chunked.release()]);
    },
  );

  test.each(['fp32', 'int8', 'int4', 'w8a8'] as const)(
    'gives the asked rows only, in the asked order (%s)',
    async (precision) => {
      const session = await open({ ...model, precision });
      const all = (await session.peek(causalStep(0, text))).logits!;
      const some = (await session.peek(causalStep(0, text, [11, 0, 0]))).logits!;
      const none = (await session.peek(causalStep(0, text, []))).logits!;
      const row = (index: number) => (all.data as Float32Array).subarray(80 * index, 80 * (index + 1));
      const rows = [0, 1, 2].map((index) =>
        (some.data as Float32Array).subarray(80 * index, 80 * (index + 1)),
      );
      expect([some.dims, none.dims]).toEqual([
        [3, 80],
        [0, 80],
      ]);
      expect(greatestDifference(rows, [row(11), row(0), row(0)])).toBeLessThan(1e-4);
      await session.release();
    },
  );

  test('keys and values do not depend on the rows that are asked for', async () => {
    const session = await open(model);
    const all = await session.peek(causalStep(0, text));
    const none = await session.peek(causalStep(0, text, []));
    for (const name of ['new_keys.0', 'new_values.0', 'new_keys.1', 'new_values.1']) {
      expect(none[name]!.dims).toEqual([1, 12, 32]);
      expect(none[name]!.data).toEqual(all[name]!.data);
    }
    await session.release();
  });

  test('reads the past from a buffer of any capacity that holds it', async () => {
    const session = await open(model);
    await session.forward(causalStep(0, text));
    const next = causalStep(12, [20, 21]);
    const expected = (await session.peek(next)).logits!.data;
    for (const capacity of [12, 13, 14, 500]) {
      expect((await session.peek({ ...next, capacity })).logits!.data).toEqual(expected);
    }
    await expect(session.peek({ ...next, capacity: 11 })).rejects.toThrow();
    await session.release();
  });

  test('never sees a later slot, whatever the bias says', async () => {
    const session = await open(model);
    const expected = await session.peek(causalStep(0, text));
    const seeing = await session.peek({ ...causalStep(0, text), sees: () => true });
    expect(seeing.logits!.data).toEqual(expected.logits!.data);
    await session.release();
  });

  test('refuses positions beyond the context', async () => {
    const session = await open(model);
    const step = { ...causalStep(0, [1]), positions: [256] };
    await expect(session.peek(step)).rejects.toThrow(/position_ids/);
    await session.release();
  });
});

describe('quantized graphs', () => {
  const kinds = [{ tie_word_embeddings: true }, { model_type: 'qwen2' }, { model_type: 'qwen3' }];
  const precisions = [
    ['int8', 8],
    ['int4', 4],
  ] as const;
  const cases = precisions.flatMap(([precision, bits]) =>
    kinds.map((changes) => [precision, bits, changes] as const),
  );

  test.each(cases)(
    '%s is the fp32 graph of its dequantized weights (%i bits, %j)',
    async (precision, bits, changes) => {
      const model = tinyModel({ ...changes, num_hidden_layers: 4 });
      const bytes = await buildBytes({ ...model, precision });
      const oracle = await open({ ...model, tensors: dequantized(model.tensors, bits) });
      const quantized = await openBeltSession(bytes, 32);
      const exact = await openBeltSession(withFloatActivations(bytes), 32);
      const expected = await oracle.forward(forked);
      expect(greatestDifference(await exact.forward(forked), expected)).toBeLessThan(1e-4);
      // The graph as it is rounds activations to 8 bits too: about two percent on random weights.
      const distance = relativeDistance(await quantized.forward(forked), expected);
      expect(distance).toBeGreaterThan(1e-3);
      expect(distance).toBeLessThan(0.05);
      await Promise.all([quantized, exact, oracle].map((session) => session.release()));
    },
  );

  test('a tied table is stored once', async () => {
    const tied = await buildBytes({
      ...tinyModel({ tie_word_embeddings: true, vocab_size: 4096 }),
      precision: 'int4',
    });
    const untied = await buildBytes({ ...tinyModel({ vocab_size: 4096 }), precision: 'int4' });
    const table = 4096 * (64 / 2 + (64 / 32) * 4);
    expect(Math.abs(untied.length - tied.length - table)).toBeLessThan(500);
  });

  test('sizes that blocks of 32 do not divide are refused, except in fp32', async () => {
    const model = tinyModel({ intermediate_size: 72 });
    await expect(buildBytes({ ...model, precision: 'int8' })).rejects.toMatchObject({
      code: 'UNSUPPORTED_MODEL',
      subject: 'intermediate_size',
    });
    expect(readBeltGraph(await buildBytes(model)).precision).toBe('fp32');
  });
});

describe('building', () => {
  test('what the graph says about itself is what it was built from', async () => {
    const graph = await buildBeltGraph({
      ...tinyModel(),
      precision: 'int8',
      contextLength: 100,
      weights: inlineWeights(),
    });
    expect(readBeltGraph(Buffer.concat(graph.parts))).toEqual(graph.info);
    expect(graph.byteLength).toBe(Buffer.concat(graph.parts).length);
    expect(graph.info).toEqual({
      contractVersion: 1,
      architecture: 'llama',
      precision: 'int8',
      layers: 2,
      kvHeads: 2,
      headSize: 16,
      vocabularySize: 80,
      contextLength: 100,
    });
  });

  test('a long context is cut at the limit unless asked for', async () => {
    const model = tinyModel({ max_position_embeddings: 131072 });
    expect(readBeltGraph(await buildBytes(model)).contextLength).toBe(32768);
    expect(readBeltGraph(await buildBytes({ ...model, contextLength: 131072 })).contextLength).toBe(131072);
    await expect(buildBytes({ ...model, contextLength: 131073 })).rejects.toThrow(RangeError);
    await expect(buildBytes({ ...model, contextLength: 0 })).rejects.toThrow(RangeError);
  });

  test.each([{}, { tie_word_embeddings: true }])(
    'reads every weight once and says how far it is (%j)',
    async (changes) => {
      const seen: { done: number; total: number }[] = [];
      await buildBytes({ ...tinyModel(changes), onProgress: (progress) => seen.push(progress) });
      const { total } = seen[0]!;
      expect(seen.at(-1)).toEqual({ done: total, total });
      expect(seen.every(({ done }, index) => index === 0 || done > seen[index - 1]!.done)).toBe(true);
    },
  );

  test('stops when aborted, with the reason', async () => {
    const controller = new AbortController();
    const onProgress = (): void => controller.abort(new Error('enough'));
    await expect(buildBytes({ ...tinyModel(), onProgress, signal: controller.signal })).rejects.toThrow(
      'enough',
    );
  });

  test.each([
    ['is missing', 'model.layers.1.mlp.up_proj.weight', undefined],
    ['has another shape', 'model.norm.weight', [65]],
    ['has another rank', 'lm_head.weight', [80 * 64]],
    ['has no place in the model', 'model.layers.0.self_attn.q_proj.bias', [64]],
  ])('a tensor that %s is refused by name', async (_, name, shape) => {
    const { config, tensors } = tinyModel();
    const changed = new Map(tensors.tensors);
    if (shape === undefined) changed.delete(name);
    else changed.set(name, { element: 'F32', shape });
    await expect(buildBytes({ config, tensors: { ...tensors, tensors: changed } })).rejects.toMatchObject({
      code: 'INVALID_CHECKPOINT',
      subject: name,
    });
  });

  test('tensors that the config makes superfluous are passed over', async () => {
    const { config, tensors } = tinyModel({ tie_word_embeddings: true });
    const changed = new Map(tensors.tensors)
      .set('lm_head.weight', { element: 'F32', shape: [80, 64] })
      .set('model.layers.0.self_attn.rotary_emb.inv_freq', { element: 'F32', shape: [8] });
    expect((await buildBytes({ config, tensors: { ...tensors, tensors: changed } })).length).toBeGreaterThan(
      0,
    );
  });
});
