import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { defineConformanceTests } from '@beltline/backend/conformance';
import { patchGraphFile } from '@beltline/graph/node';
import { TRUNK } from '@beltline/mask';
import { createOnnxNodeModel } from '@beltline/onnx-node';
import { describe, expect, test } from 'vitest';
import { goldenModels } from '../../backend/test/golden-models.ts';
import { causalStep, openBeltSession } from '../../graph/test/belt-session.ts';

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

// What fused attention gives is tested in the graph package.
test.each([
  ['genai-phi3-fp32', 1e-4],
  ['optimum-gemma-fp32', 1e-4],
  ['optimum-llama-fp32', 1e-4],
  ['genai-qwen2-int4', 1e-4],
  ['genai-llama-fp16', 0.02],
  ['genai-qwen3-norms-inside-fp16', 0.02],
])('%s gives in place what it gives with GroupQueryAttention', async (name, tolerance) => {
  const folder = fileURLToPath(new URL(`../../../fixtures/exports/${name}`, import.meta.url));
  const { parts } = await patchGraphFile(join(folder, 'model.onnx'), { contextLength: 64 });
  const graph = Buffer.concat(parts);
  const fused = await openBeltSession(graph, 64, undefined, folder);
  const model = await createOnnxNodeModel({ graph, externalFolder: folder, threads: 1 });
  const cache = model.createCache();
  for (const tokens of [[5, 77, 31, 12, 90, 101], [7], [81, 19, 33]]) {
    const positions = tokens.map((_, at) => fused.length + at);
    const expected = await fused.forward(causalStep(fused.length, tokens));
    const strands = tokens.map(() => TRUNK);
    const actual = await model.forward(cache, {
      ...{ tokens, positions, strands },
      logitsRows: tokens.map((_, at) => at),
    });
    const differences = expected.flatMap((row, at) =>
      [...row].map((value, i) => Math.abs(value - actual[at]![i]!)),
    );
    expect(Math.max(...differences)).toBeLessThan(tolerance);
  }
  await Promise.all([fused.release(), model.dispose()]);
});
