import { defineConformanceTests } from '@beltline/backend/conformance';
import { createReferenceModel } from '@beltline/backend/reference';
import { test } from 'vitest';
import { goldenModels } from './golden-models.ts';

defineConformanceTests({
  test,
  create: async (golden) => createReferenceModel(golden),
  golden: goldenModels,
});
