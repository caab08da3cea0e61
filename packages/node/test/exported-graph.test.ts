import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { loadDecoder } from '@beltline/node';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';

const exported = (name: string) =>
  fileURLToPath(new URL(`../../../fixtures/exports/${name}`, import.meta.url));
const golden = (architecture: string) =>
  fileURLToPath(new URL(`../../../fixtures/golden/${architecture}`, import.meta.url));

let scratch: string;
beforeEach(async () => {
  scratch = await mkdtemp(join(tmpdir(), 'beltline-export-'));
});
afterEach(() => rm(scratch, { recursive: true }));

describe('a folder with a graph of another exporter', () => {
  test.each([
    ['genai-llama-fp32', 'llama'],
    ['genai-qwen2-fp32', 'qwen2'],
    ['optimum-llama-fp32', 'llama'],
  ])('%s decodes as PyTorch did, with nothing but its name', async (name, architecture) => {
    const { sequentialGreedy } = JSON.parse(
      await readFile(join(golden(architecture), 'golden.json'), 'utf8'),
    );
    const decoder = await loadDecoder(exported(name));
    const { prompt, newTokens } = sequentialGreedy;
    const result = await decoder
      .generate({ tokens: prompt }, { mode: 'sequential', maxTokens: newTokens.length })
      .result();
    expect(result.tokens).toEqual(newTokens);
    expect(decoder.model.shape).toMatchObject({ architecture, contextLength: 2048 });
    await decoder.dispose();
  });

  test.each([
    ['genai-llama-int4', 'int4'],
    ['genai-qwen2-int4', 'int4'],
    ['genai-qwen3-int4', 'int4'],
  ])('%s takes a question in parallel mode', async (name, precision) => {
    const decoder = await loadDecoder(exported(name));
    expect(decoder.model.capabilities.precision).toBe(precision);
    const result = await decoder.generate('hello', { mode: 'parallel', maxTokens: 20 }).result();
    expect(result.tokens.length).toBeGreaterThan(0);
    await decoder.dispose();
  });

  test('is refused where another precision is asked for', async () => {
    const loading = loadDecoder(exported('genai-llama-int4'), { precision: 'w8a8' });
    await expect(loading).rejects.toMatchObject({
      code: 'UNSUPPORTED',
      message: expect.stringContaining('int4, which cannot be turned into w8a8'),
    });
    const decoder = await loadDecoder(exported('genai-llama-int4'), { precision: 'int4' });
    await decoder.dispose();
  });

  test('has no second graph for wide passes', async () => {
    const loading = loadDecoder(exported('genai-llama-int4'), { wide: true });
    await expect(loading).rejects.toMatchObject({ code: 'UNSUPPORTED' });
  });

  test('may be laid out as on the hub', async () => {
    await mkdir(join(scratch, 'onnx'));
    await cp(golden('llama'), scratch, { recursive: true, filter: (path) => !path.endsWith('.safetensors') });
    for (const file of ['model.onnx', 'model.onnx.data']) {
      await cp(join(exported('genai-llama-fp32'), file), join(scratch, 'onnx', file));
    }
    const decoder = await loadDecoder(scratch);
    expect(decoder.model.capabilities.precision).toBe('fp32');
    await decoder.dispose();
  });

  test('that is damaged is refused by code', async () => {
    await cp(exported('genai-llama-int4'), scratch, { recursive: true });
    await writeFile(join(scratch, 'model.onnx.data'), new Uint8Array(1000));
    await expect(loadDecoder(scratch)).rejects.toMatchObject({ code: 'LOAD_FAILED' });
    await writeFile(join(scratch, 'model.onnx'), 'not a graph');
    await expect(loadDecoder(scratch)).rejects.toMatchObject({ code: 'INVALID_PROTOBUF' });
  });

  test('stops loading when it is told to', async () => {
    const reason = new Error('enough');
    const loading = loadDecoder(exported('genai-llama-int4'), { signal: AbortSignal.abort(reason) });
    await expect(loading).rejects.toBe(reason);
  });
});
