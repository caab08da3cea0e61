import { defineConformanceTests, type GoldenModel } from '@beltline/backend/conformance';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { goldenModels } from '../../backend/test/golden-models.ts';
import { openTestPage, type TestPage } from './open-test-page.ts';

const [llama] = goldenModels as [GoldenModel];

describe.each([
  { name: 'WASM, cache in place, with threads', target: 'resident', isolated: true, golden: goldenModels },
  { name: 'WASM, cache in place, one thread', target: 'resident', isolated: false, golden: goldenModels },
  { name: 'WASM, documented interface, with threads', target: 'wasm', isolated: true, golden: [llama] },
  { name: 'WASM, documented interface, one thread', target: 'wasm', isolated: false, golden: [llama] },
])('in Chromium, $name', (options) => {
  defineTests(options, () => true);
});

describe('in Chromium, WebGPU', () => {
  // SwiftShader computes WebGPU on the CPU, fifty times slower: the whole suite for one architecture, PyTorch's
  // values for all.
  defineTests(
    { target: 'webgpu', isolated: true, golden: goldenModels },
    (name) => name.startsWith(llama.name) || name.includes('PyTorch'),
  );
});

function defineTests(
  { target, isolated, golden }: { target: string; isolated: boolean; golden: readonly GoldenModel[] },
  isWanted: (name: string) => boolean,
): void {
  const names = listTests(golden);
  let opened: TestPage;

  beforeAll(async () => {
    const models = golden.map((model) => model.name);
    opened = await openTestPage({
      module: 'conformance-page.ts',
      models,
      isolated,
      webgpu: target === 'webgpu',
    });
    expect(await opened.call('defineTests', target, models)).toEqual(names);
    expect(await opened.page.evaluate('crossOriginIsolated')).toBe(isolated);
  });

  afterAll(() => opened?.close());

  for (const name of names.filter(isWanted)) {
    test(name, async () => void (await opened.call('runTest', name)));
  }
}

/** The names of the suite's tests; those in the page must be the same. */
function listTests(golden: readonly GoldenModel[]): string[] {
  const names: string[] = [];
  defineConformanceTests({
    test: (name) => names.push(name),
    create: () => Promise.reject(new Error('the tests run in the page')),
    golden,
  });
  return names;
}
