import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { defineConformanceTests } from '@beltline/backend/conformance';
import { patchGraphFile } from '@beltline/graph/node';
import { createOnnxNodeModel } from '@beltline/onnx-node';
import { describe, test } from 'vitest';
import { goldenModels } from '../../backend/test/golden-models.ts';

const exports = {
  'genai-llama-fp32': 'llama',
  'genai-qwen2-fp32': 'qwen2',
  'optimum-qwen3-fp32': 'qwen3',
  'genai-qwen3-int4': 'qwen3',
};

// Halves differ from the reference by more than what is asked of float32; the graph package tests them.
// An adapter cannot tell a patched graph from one that was built: all that holds for the one holds for the other.
describe.each(Object.entries(exports))('%s, patched', (name, architecture) => {
  const path = fileURLToPath(new URL(`../../../fixtures/exports/${name}/model.onnx`, import.meta.url));
  defineConformanceTests({
    test,
    async create() {
      const { parts } = await patchGraphFile(path, { contextLength: 2048 });
      return createOnnxNodeModel({
        graph: Buffer.concat(parts),
        externalFolder: dirname(path),
        threads: 1,
      });
    },
    golden: goldenModels.filter((golden) => golden.name === architecture),
  });
});
