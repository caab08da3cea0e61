import { readFile } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import { patchGraph } from '../src/index.ts';
import { type BeltSession, causalStep } from './belt-session.ts';
import { openFolder } from './build.ts';
import { type ExportedGraph, findExport, openPatched, originalLogits } from './exports.ts';
import { beltStep, type Golden, greatestDifference, readGolden } from './golden.ts';

const float32 = [
  ['genai-llama-fp32', 'llama'],
  ['genai-qwen2-fp32', 'qwen2'],
  ['optimum-llama-fp32', 'llama'],
  ['optimum-qwen3-fp32', 'qwen3'],
] as const;
const int4 = [
  ['genai-llama-int4', 'llama'],
  ['genai-qwen2-int4', 'qwen2'],
  ['genai-qwen3-int4', 'qwen3'],
] as const;
const float16 = [
  ['genai-llama-fp16', 'model.onnx', 'llama'],
  ['genai-llama-fp16', 'multi-head.onnx', 'llama'],
  ['genai-qwen3-norms-inside-fp16', 'model.onnx', 'qwen3'],
] as const;

/** Logits of ragged branches in one pass behind the prefix. */
async function beltLogits(session: BeltSession, golden: Golden): Promise<Float32Array[]> {
  await session.forward(causalStep(0, golden.prefix, []));
  const logits = await session.forward(beltStep(golden));
  await session.release();
  return logits;
}

/** The same rows, each branch being a text of its own. */
async function sequentialLogits(graph: ExportedGraph, { prefix, branches }: Golden): Promise<Float32Array[]> {
  const rows: Float32Array[] = [];
  for (const branch of branches) {
    const logits = await originalLogits(graph, [...prefix, ...branch]);
    rows.push(...logits.slice(prefix.length));
  }
  return rows;
}

async function greedyTokens(
  session: BeltSession,
  prompt: readonly number[],
  count: number,
): Promise<number[]> {
  const tokens: number[] = [];
  let fed = prompt;
  while (tokens.length < count) {
    const [logits] = await session.forward(causalStep(session.length, fed, [fed.length - 1]));
    fed = [logits!.indexOf(Math.max(...logits!))];
    tokens.push(...fed);
  }
  await session.release();
  return tokens;
}

describe('graphs of other exporters', () => {
  test.each(float32)(
    '%s gives PyTorch belt logits of ragged branches in one pass',
    async (name, architecture) => {
      const golden = await readGolden(architecture);
      const logits = await beltLogits(await openPatched(await findExport(name)), golden);
      expect(greatestDifference(logits, golden.logits)).toBeLessThan(1e-4);
    },
  );

  test.each(float32)(
    '%s gives the tokens of the graph built from the checkpoint',
    async (name, architecture) => {
      const golden = await readGolden(architecture);
      const built = await openFolder(golden.folder, 64);
      const expected = await greedyTokens(built, golden.prefix, 30);
      const tokens = await greedyTokens(await openPatched(await findExport(name)), golden.prefix, 30);
      expect(tokens).toEqual(expected);
    },
  );

  test.each([...float32, ...int4])(
    '%s sees what it saw before, branch by branch',
    async (name, architecture) => {
      const golden = await readGolden(architecture);
      const graph = await findExport(name);
      const expected = await sequentialLogits(graph, golden);
      const logits = await beltLogits(await openPatched(graph), golden);
      expect(greatestDifference(logits, expected)).toBeLessThan(name.endsWith('int4') ? 0.05 : 1e-4);
    },
  );

  test.each(int4)('%s picks the tokens that it picked before', async (name, architecture) => {
    const { prefix } = await readGolden(architecture);
    const graph = await findExport(name);
    const tokens = await greedyTokens(await openPatched(graph), prefix, 24);
    const logits = await originalLogits(graph, [...prefix, ...tokens]);
    const picked = logits.slice(prefix.length - 1, -1).map((row) => row.indexOf(Math.max(...row)));
    expect(tokens).toEqual(picked);
  });

  test.each(float16)('%s %s stays near the float32 logits', async (name, file, architecture) => {
    const golden = await readGolden(architecture);
    const logits = await beltLogits(await openPatched(await findExport(name, file)), golden);
    // Halves have 11 bits; logits go up to 20 here.
    expect(greatestDifference(logits, golden.logits)).toBeLessThan(0.1);
  });
});

test('weights inside the file are neither copied nor decoded', async () => {
  const { path, config } = await findExport('optimum-llama-fp32');
  const file = new Uint8Array(await readFile(path));
  const { parts, byteLength } = patchGraph(file, { config });
  const copied = parts
    .filter(({ buffer }) => buffer !== file.buffer)
    .reduce((sum, part) => sum + part.length, 0);
  expect(byteLength - copied).toBeGreaterThan(600_000);
  expect(copied).toBeLessThan(100_000);
});
