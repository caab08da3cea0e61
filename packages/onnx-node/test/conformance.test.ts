import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { defineConformanceTests } from '@beltline/backend/conformance';
import { buildGraphFile } from '@beltline/graph/node';
import { createOnnxNodeModel } from '@beltline/onnx-node';
import { afterAll, beforeAll, test } from 'vitest';
import { goldenModels } from '../../backend/test/golden-models.ts';

const goldenFolder = fileURLToPath(new URL('../../../fixtures/golden/', import.meta.url));
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'beltline-conformance-'));
  for (const { name } of goldenModels) {
    await buildGraphFile({ folder: join(goldenFolder, name), output: join(folder, name), precision: 'fp32' });
  }
});

afterAll(() => rm(folder, { recursive: true }));

defineConformanceTests({
  test,
  create: ({ name }) => createOnnxNodeModel({ graph: join(folder, name, 'model.onnx'), threads: 1 }),
  golden: goldenModels,
});
