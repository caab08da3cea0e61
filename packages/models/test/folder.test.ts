import {
  besideGraph,
  type ModelFolder,
  ModelsError,
  readManifest,
  readModelTexts,
} from '@beltline/models/folder';
import { describe, expect, test } from 'vitest';

/** A folder that is nothing but these texts. */
function folderOf(texts: Record<string, string>): ModelFolder {
  const pathOf = (name: string) => `memory/${name}`;
  return {
    pathOf,
    readText: async (name) => texts[name],
    missing: (name) => new ModelsError('MISSING_FILE', pathOf(name), `${name} is missing`),
  };
}

describe('a manifest', () => {
  test('names the graph and its external data', async () => {
    const text = '{ "graph": "onnx/belt.onnx", "externalData": ["belt.onnx.data"], "format": "trained" }';
    expect(await readManifest(folderOf({ 'beltline.json': text }))).toEqual({
      graph: 'onnx/belt.onnx',
      externalData: ['belt.onnx.data'],
      format: 'trained',
    });
    expect(besideGraph('onnx/belt.onnx', 'belt.onnx.data')).toBe('onnx/belt.onnx.data');
    expect(besideGraph('belt.onnx', 'belt.onnx.data')).toBe('belt.onnx.data');
  });

  test('may be missing', async () => {
    expect(await readManifest(folderOf({}))).toEqual({
      graph: undefined,
      externalData: [],
      format: 'instructions',
    });
  });

  test.each([
    '{ "graph": "https://elsewhere.example/model.onnx" }',
    '{ "graph": "/model.onnx" }',
    '{ "graph": "c:\\\\model.onnx" }',
    '{ "graph": "onnx/../../model.onnx" }',
    '{ "graph": "model.onnx", "externalData": "model.onnx.data" }',
    '{ "graph": "model.onnx", "externalData": ["../model.onnx.data"] }',
    '{ "externalData": ["model.onnx.data"] }',
  ])('is refused: %s', async (text) => {
    await expect(readManifest(folderOf({ 'beltline.json': text }))).rejects.toMatchObject({
      code: 'INVALID_MANIFEST',
      path: 'memory/beltline.json',
    });
  });
});

describe('the texts of a model', () => {
  test('are parsed, and may lack what is not required', async () => {
    expect(await readModelTexts(folderOf({ 'config.json': '{"a":1}', 'tokenizer.json': '{"b":2}' }))).toEqual(
      {
        config: { a: 1 },
        tokenizer: { b: 2 },
        tokenizerConfig: undefined,
        generationConfig: undefined,
        chatTemplate: undefined,
      },
    );
  });

  test('need a tokenizer, and JSON without mistakes', async () => {
    await expect(readModelTexts(folderOf({ 'config.json': '{}' }))).rejects.toMatchObject({
      code: 'MISSING_FILE',
      path: 'memory/tokenizer.json',
    });
    await expect(readModelTexts(folderOf({ 'config.json': '{"a":}' }))).rejects.toThrow(
      'memory/config.json is not valid JSON at line 1, column 6',
    );
  });
});
