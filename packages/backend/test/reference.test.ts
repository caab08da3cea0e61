import { defineConformanceTests, type GoldenModel } from '@beltline/backend/conformance';
import { createReferenceModel } from '@beltline/backend/reference';
import { expect, test } from 'vitest';
import { goldenModels } from './golden-models.ts';

defineConformanceTests({
  test,
  create: async (golden) => createReferenceModel(golden),
  golden: goldenModels,
});

const [llama] = goldenModels as [GoldenModel];

test('a missing tensor is named', () => {
  const weights = (name: string) => (name === 'model.norm.weight' ? undefined : llama.weights(name));
  expect(() => createReferenceModel({ config: llama.config, weights })).toThrow(
    expect.objectContaining({ code: 'LOAD_FAILED', message: expect.stringContaining('model.norm.weight') }),
  );
});

test('a tensor of another size is named', () => {
  const config = { ...llama.config, vocabularySize: 511 };
  expect(() => createReferenceModel({ config, weights: llama.weights })).toThrow(
    expect.objectContaining({ code: 'LOAD_FAILED', message: expect.stringContaining('embed_tokens') }),
  );
});
