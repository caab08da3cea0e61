import { describe, expect, test } from 'vitest';
import { formatHubSource, parseHubSource } from '../src/folder/hub-source.ts';

const source = (repository: string, revision = 'main', path?: string) => ({
  kind: 'hub',
  repository,
  revision,
  path,
});

describe('a name on the hub', () => {
  test.each([
    ['owner/name', source('owner/name')],
    ['hf:owner/name', source('owner/name')],
    ['hf://owner/name/', undefined],
    ['onnx-community/Qwen2.5-0.5B-Instruct', source('onnx-community/Qwen2.5-0.5B-Instruct')],
    ['owner/name@v1.0', source('owner/name', 'v1.0')],
    ['owner/name@refs/pr/7', source('owner/name', 'refs/pr/7')],
    ['owner/name@feature%2Fx', source('owner/name', 'feature/x')],
    ['owner/name/a.gguf', source('owner/name', 'main', 'a.gguf')],
    ['hf:owner/name@v1/deep/a.GGUF', source('owner/name', 'v1', 'deep/a.GGUF')],
    ['hf:owner/name/folder', source('owner/name', 'main', 'folder')],
    ['hf:owner/name/folder/', source('owner/name', 'main', 'folder')],
    ['hf:owner/name@refs/pr/7/a.gguf', source('owner/name', 'refs/pr/7', 'a.gguf')],
    ['folder/a.gguf', undefined],
    ['owner/name/folder', undefined],
    ['name', undefined],
    ['hf:name', undefined],
    ['./owner/name', undefined],
    ['../name', undefined],
    ['owner/..', undefined],
    ['hf:owner/name/../../a.gguf', undefined],
    ['hf:owner/name//a.gguf', undefined],
    ['owner/name@..%2F..%2Fx', undefined],
    ['owner/name@%', undefined],
    ['owner/name@', undefined],
    ['c:/name', undefined],
    ['', undefined],
  ])('%s', (text, expected) => {
    expect(parseHubSource(text)).toEqual(expected);
  });

  test.each([
    'owner/name',
    'owner/name@v1.0',
    'owner/name@refs/pr/7',
    'owner/name@feature%2Fx',
    'owner/name@v1/deep/a.gguf',
  ])('%s is written as it is read', (text) => {
    expect(formatHubSource(parseHubSource(text)!)).toBe(text);
  });
});
