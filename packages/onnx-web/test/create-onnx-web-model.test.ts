import { afterAll, beforeAll, expect, test } from 'vitest';
import { openTestPage, type TestPage } from './open-test-page.ts';

let opened: TestPage;

beforeAll(async () => {
  opened = await openTestPage({
    module: 'loading-page.ts',
    models: ['llama'],
    isolated: true,
    webgpu: false,
  });
});

afterAll(() => opened?.close());

const attempt = (way: string) => opened.call('attempt', way);

test('a graph loads from URLs and from bytes, on either runtime', async () => {
  const loaded = await attempt('urls');
  expect(loaded).toEqual({ token: expect.any(Number), device: 'wasm' });
  expect(await attempt('bytes')).toEqual(loaded);
  expect(await attempt('resident')).toEqual(loaded);
});

test.each([
  ['missing file', 'LOAD_FAILED', '/nothing.onnx could not be fetched: the server answered 404'],
  ['missing external data', 'LOAD_FAILED', 'external data'],
  ['missing external data, resident', 'LOAD_FAILED', 'external data'],
  ['truncated external data, resident', 'LOAD_FAILED', 'external data'],
  ['truncated graph', 'LOAD_FAILED', 'no belt-ready graph'],
  ['no graph', 'LOAD_FAILED', 'no belt-ready graph'],
  ['another graph', 'UNSUPPORTED', 'no belt-ready graph'],
  ['missing runtime', 'LOAD_FAILED', '/nothing.mjs'],
])('%s: %s', async (way, code, message) => {
  const outcome = { name: 'BackendError', code, message: expect.stringContaining(message), hasCause: true };
  expect(await attempt(way)).toEqual(outcome);
});

test('a browser without a GPU says so', async () => {
  expect(await attempt('no WebGPU')).toMatchObject({
    code: 'UNSUPPORTED',
    message: expect.stringContaining('WebGPU'),
  });
});

test('a runtime that is not shaped like version 1.30 is refused before it runs anything', async () => {
  expect(await attempt('another runtime')).toMatchObject({
    code: 'UNSUPPORTED',
    message: expect.stringContaining('_OrtRun'),
  });
});

test('mistakes in the options are type and range errors', async () => {
  expect(await attempt('CPU runtime for WebGPU')).toMatchObject({ name: 'TypeError' });
  expect(await attempt('no threads')).toMatchObject({ name: 'RangeError' });
});
