import { InferenceSession, Tensor } from 'onnxruntime-node';
import { describe, expect, test } from 'vitest';
import { overflowProbe, type Precision, ropeInverseFrequencies, type TensorSource } from '../src/index.ts';
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
} as const;

function logitsOf({ config, tensors }: ReturnType<typeof tinyModel>): Promise<Float32Array[]> {
  return plainLogits(config, tensors, [...ropeInverseFrequencies(config)], causalStep(0, text));
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

/** Rows times the transpose of Q(columns), so that the product that a graph would add is not needed. */
function turnBack(turned: Float32Array, columns: number): Float32Array {
  const [left, right] = orthogonalFactors(columns);
  const rows = transposeEach(turned, right, left);
  const matrix = orthogonalMatrix(columns);
  return rows.map((_, i) => {
    const start = i - (i % columns);
    let sum = 0;
    for (let j = 0; j < columns; j++) sum += rows[start + j]! * matrix[(i % columns) * columns + j]!;
    return sum;
  });
}

/** Some hidden channels a hundred times as large as the others, as trained models have them. */
function withOutliers(source: TensorSource): TensorSource {
  return changed(source, (name, values, columns) =>
    /embed_tokens|o_proj.weight|down_proj.weight/.test(name)
      ? values.map((value, i) => {
          const channel = name.includes('embed') ? i % columns : Math.floor(i / columns);
          return channel % 32 === 7 ? 100 * value : value;
        })
      : values,
  );
}

describe.each(Object.entries(models))('%s', (_, changes) => {
  test('says the same in other bases', async () => {
    const model = tinyModel(changes);
    const { config, tensors } = spreadCheckpoint(model.config, model.tensors);
    const plain = changed(tensors, (name, values, columns) =>
      name.endsWith('down_proj.weight') ? turnBack(values, columns) : values,
    );
    expect(
      greatestDifference(await logitsOf({ config, tensors: plain }), await logitsOf(model)),
    ).toBeLessThan(2e-5);
  });

  test('is less than a third as far off in w8a8 as in int4, outliers or none', async () => {
    const { config, tensors } = tinyModel(changes);
    for (const model of [
      { config, tensors },
      { config, tensors: withOutliers(tensors) },
    ]) {
      const expected = await logitsOf(model);
      const distance = async (precision: Precision) => {
        const session = await openBeltSession(await buildBytes({ ...model, precision }), 32);
        const logits = await session.forward(causalStep(0, text));
        await session.release();
        return relativeDistance(logits, expected);
      };
      expect(await distance('w8a8')).toBeLessThan((await distance('int4')) / 3);
    }
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
