import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { defineConformanceTests } from '@beltline/backend/conformance';
import { buildGraphFile } from '@beltline/graph/node';
import { createOnnxNodeModel } from '@beltline/onnx-node';
import { afterAll, beforeAll, describe, test } from 'vitest';
import { goldenModels } from '../../backend/test/golden-models.ts';

const goldenFolder = fileURLToPath(new URL('../../../fixtures/golden/', import.meta.url));
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'beltline-conformance-'));
});

afterAll(() => rm(folder, { recursive: true }));

describe.each(['fp32', 'int8', 'int4', 'w8a8'] as const)('a graph in %s', (precision) => {
  // Blocks are the same for every architecture.
  const golden = precision === 'fp32' || precision === 'w8a8' ? goldenModels : goldenModels.slice(0, 1);
  const output = (name: string) => join(folder, precision, name);

  beforeAll(async () => {
    for (const { name } of golden) {
      await buildGraphFile({ folder: join(goldenFolder, name), output: output(name), precision });
    }
  });

  defineConformanceTests({
    test,
    create: ({ name }) => createOnnxNodeModel({ graph: join(output(name), 'model.onnx'), threads: 1 }),
    golden,
  });
});
