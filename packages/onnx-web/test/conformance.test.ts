import { defineConformanceTests } from '@beltline/backend/conformance';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { goldenModels } from '../../backend/test/golden-models.ts';
import { openTestPage, type TestPage } from './open-test-page.ts';

const targets = [
  { name: 'WASM with threads', device: 'wasm', isolated: true, golden: goldenModels },
  { name: 'WASM with one thread', device: 'wasm', isolated: false, golden: goldenModels },
  { name: 'WebGPU', device: 'webgpu', isolated: true, golden: goldenModels },
] as const;

describe.each(targets)('in Chromium, on $name', ({ device, isolated, golden }) => {
  const names = listTests(golden);
  let opened: TestPage;

  beforeAll(async () => {
    const models = golden.map((model) => model.name);
    opened = await openTestPage({
      module: 'conformance-page.ts',
      models,
      isolated,
      webgpu: device === 'webgpu',
    });
    expect(await opened.call('defineTests', { device }, models)).toEqual(names);
    expect(await opened.page.evaluate('crossOriginIsolated')).toBe(isolated);
  });

  afterAll(() => opened?.close());

  for (const name of names) {
    test(name, async () => void (await opened.call('runTest', name)));
  }
});

/** The names of the suite's tests; those in the page must be the same. */
function listTests(golden: typeof goldenModels): string[] {
  const names: string[] = [];
  defineConformanceTests({
    test: (name) => names.push(name),
    create: () => Promise.reject(new Error('the tests run in the page')),
    golden,
  });
  return names;
}
