import { InferenceSession, Tensor } from 'onnxruntime-node';
import { describe, expect, test } from 'vitest';
import {
  overflowProbe,
  type Precision,
  ropeInverseFrequencies,
  roundedTensors,
  type TensorSource,
} from '../src/index.ts';
import { orthogonalFactors, orthogonalMatrix, transposeEach } from '../src/orthogonal.ts';
import { spreadCheckpoint } from '../src/spread-checkpoint.ts';
import { causalStep, openBeltSession } from './belt-session.ts';
import { buildBytes, tinyModel } from './build.ts';
import { greatestDifference, relativeDistance } from './golden.ts';
import { plainLogits } from './plain-model.ts';

const text = [5, 17, 42, 3, 60, 61, 62];
const models = {
  llama: {},
  'llama with biases, tied': { attention_bias: true, mlp_bias: true, tie_word_embeddings: true },
  qwen2: { model_type: 'qwen2' },
  qwen3: { model_type: 'qwen3' },
  'odd sizes': { hidden_size: 96, num_attention_heads: 6, head_dim: 40, intermediate_size: 72 },
} as const;

function logitsOf({ config, tensors }: ReturnType<typeof tinyModel>): Promise<Float32Array[]> {
  return plainLogits(config, tensors, [...ropeInverseFrequencies(config)], causalStep(0, text));
}

/** How far the logits of a precision are from those of the definition. */
async function distance(precision: Precision, model: ReturnType<typeof tinyModel>): Promise<number> {
  const session = await openBeltSession(await buildBytes({ ...model, precision }), 32);
  const logits = await session.forward(causalStep(0, text));
  await session.release();
  return relativeDistance(logits, await logitsOf(model));
}

/** How far the logits of w8a8, of these weights, are from those of a model in int4. */
async function distanceFromInt4(tensors: TensorSource, model: ReturnType<typeof tinyModel>): Promise<number> {
  const logits = [];
  for (const options of [
    { ...model, tensors, precision: 'w8a8' },
    { ...model, precision: 'int4' },
  ] as const) {
    const session = await openBeltSession(await buildBytes(options), 32);
    logits.push(await session.forward(causalStep(0, text)));
    await session.release();
  }
  return relativeDistance(logits[0]!, logits[1]!);
}

/** The model with some tensors changed. */
function changed(
  source: TensorSource,
  change: (name: string, values: Float32Array, columns: number) => Float32Array,
): TensorSource {
  return {
    tensors: source.tensors,
    async readRows(name, first, end) {
      const shape = source.tensors.get(name)!.shape;
      const values = change(name, await source.readRows(name, 0, shape[0]!), shape[1] ?? 1);
      return values.slice(first * (shape[1] ?? 1), end * (shape[1] ?? 1));
    },
  };
}

/** What the graph does to the inputs of these, done to them instead. */
function turnBack(name: string, values: Float32Array, columns: number): Float32Array {
  if (!/(?:o_proj|down_proj).weight$/.test(name)) return values;
  const [left, right] = orthogonalFactors(columns);
  transposeEach(values, right, left);
  const matrix = orthogonalMatrix(columns);
  return values.map((_, i) => {
    const start = i - (i % columns);
    let sum = 0;
    for (let j = 0; j < columns; j++) sum += values[start + j]! * matrix[(i % columns) * columns + j]!;
    return sum;
  });
}

/** Models that trained ones are like, in which some values of a row are far larger than the others. */
const outliers: Record<string, (name: string, values: Float32Array, columns: number) => Float32Array> = {
  'no outliers': (_, values) => values,
  'large hidden channels': (name, values, columns) => {
    if (!/embed_tokens|o_proj.weight|down_proj.weight/.test(name)) return values;
    const channel = (i: number) => (name.includes('embed') ? i % columns : Math.floor(i / columns));
    return values.map((value, i) => (channel(i) % 32 === 7 ? 100 * value : value));
  },
  // Each is made up for by what reads it, so that the model says the same.
  'a large head': (name, values, columns) => {
    if (/v_proj/.test(name)) return values.map((value, i) => (i < 8 * columns ? 30 * value : value));
    if (!/o_proj.weight/.test(name)) return values;
    return values.map((value, i) => (i % columns < 8 ? value / 30 : value));
  },
  'large inner channels': (name, values, columns) => {
    if (/up_proj/.test(name)) return values.map((value, i) => (i < columns ? 100 * value : value));
    if (!/down_proj.weight/.test(name)) return values;
    return values.map((value, i) => (i % columns === 0 ? value / 100 : value));
  },
};

describe.each(Object.entries(models))('%s', (_, changes) => {
  test('says the same in other bases', async () => {
    const model = tinyModel(changes);
    const { config, tensors } = spreadCheckpoint(model.config, model.tensors);
    const logits = await logitsOf({ config, tensors: changed(tensors, turnBack) });
    expect(greatestDifference(logits, await logitsOf(model))).toBeLessThan(2e-5);
  });

  test('has the same rows in other bases, however many are asked for at once', async () => {
    const model = tinyModel(changes);
    const { tensors } = spreadCheckpoint(model.config, model.tensors);
    for (const [name, { shape }] of tensors.tensors) {
      const whole = await tensors.readRows(name, 0, shape[0]!);
      for (let first = 0; first < shape[0]!; first += 7) {
        const end = Math.min(first + 7, shape[0]!);
        const columns = shape[1] ?? 1;
        expect(await tensors.readRows(name, first, end)).toEqual(whole.slice(first * columns, end * columns));
      }
    }
  });

  test.each(Object.keys(outliers))('stays near in w8a8: %s', async (kind) => {
    const { config, tensors } = tinyModel(changes);
    const model = { config, tensors: changed(tensors, outliers[kind]!) };
    expect(await distance('w8a8', model)).toBeLessThan(kind === 'large hidden channels' ? 0.2 : 0.1);
    // Blocks of 32 do not fit all sizes.
    if (config.intermediateSize % 32 !== 0) return;
    expect(await distance('w8a8', model)).toBeLessThan((await distance('int4', model)) / 2);
  });
});

test('a row of w8a8 has the same logits to the bit, whatever stands beside it', async () => {
  const model = tinyModel();
  const session = await openBeltSession(await buildBytes({ ...model, precision: 'w8a8' }), 32);
  const whole = await session.peek(causalStep(0, text));
  const first = await session.peek(causalStep(0, text.slice(0, 1)));
  const none = await session.peek({ ...causalStep(0, text), rows: [] });
  const vocabulary = model.config.vocabularySize;
  expect([...whole.logits!.data.slice(0, vocabulary)]).toEqual([...first.logits!.data]);
  expect(none.logits!.dims).toEqual([0, vocabulary]);
  await session.release();
});

test('of the weights of int4 it says nearly what int4 says', async () => {
  const model = tinyModel({ attention_bias: true });
  const distance = await distanceFromInt4(roundedTensors(model.tensors, 'int4'), model);
  expect(distance).toBeLessThan((await distanceFromInt4(model.tensors, model)) / 2);
});

test('progress counts every weight once, and an abort stops the build', async () => {
  const model = tinyModel({ tie_word_embeddings: true });
  const reports: { done: number; total: number }[] = [];
  await buildBytes({ ...model, precision: 'w8a8', onProgress: (progress) => reports.push(progress) });
  expect(reports.at(-1)!.done).toBe(reports.at(-1)!.total);
  for (const at of [0, 5, reports.length - 2]) {
    const controller = new AbortController();
    const build = buildBytes({
      ...model,
      precision: 'w8a8',
      signal: controller.signal,
      onProgress: ({ done }) => done === reports[at]!.done && controller.abort(new Error('enough')),
    });
    await expect(build).rejects.toThrow('enough');
  }
});

test('a row of zeros is quantized to zeros', async () => {
  const model = tinyModel();
  const tensors = changed(model.tensors, (name, values, columns) =>
    name.includes('embed_tokens') ? values.map((value, i) => (i < columns ? 0 : value)) : values,
  );
  const session = await openBeltSession(await buildBytes({ ...model, tensors, precision: 'w8a8' }), 32);
  const [row] = await session.forward(causalStep(0, [0]));
  await session.release();
  expect([...row!].every((logit) => logit === 0)).toBe(true);
});

test('the probe says whether this runtime adds 8-bit products exactly', async () => {
  const { bytes, codes, sum } = overflowProbe();
  const session = await InferenceSession.create(bytes, { extra: { session: { x64quantprecision: '1' } } });
  const { sums } = await session.run({ codes: new Tensor('uint8', codes, [1, codes.length]) });
  expect([...(sums!.data as Int32Array)]).toEqual(new Array(16).fill(sum));
  await session.release();
});
