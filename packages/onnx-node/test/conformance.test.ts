import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { defineConformanceTests } from '@beltline/backend/conformance';
import { roundedTensors } from '@beltline/graph';
import { buildGraphFile, openCheckpointFolder, writeGraphFiles } from '@beltline/graph/node';
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

// The first pair shows to the last digit that two graphs share a cache, the second that precisions may differ.
describe.each([
  ['fp32', 'fp32'],
  ['int4', 'w8a8'],
] as const)('a graph in %s, and one in %s for wide passes', (precision, widePrecision) => {
  const golden = goldenModels.slice(0, 1);
  const output = (name: string, kind: string) => join(folder, `${precision}-${widePrecision}`, name, kind);

  beforeAll(async () => {
    for (const { name } of golden) {
      const { config, tensors, close } = await openCheckpointFolder(join(goldenFolder, name));
      await writeGraphFiles(output(name, 'narrow'), { config, tensors, precision });
      const rounded = roundedTensors(tensors, precision);
      await writeGraphFiles(output(name, 'wide'), { config, tensors: rounded, precision: widePrecision });
      await close();
    }
  });

  defineConformanceTests({
    test,
    create: ({ name }) =>
      createOnnxNodeModel({
        graph: join(output(name, 'narrow'), 'model.onnx'),
        wideGraph: join(output(name, 'wide'), 'model.onnx'),
        threads: 1,
      }),
    golden,
  });
});
