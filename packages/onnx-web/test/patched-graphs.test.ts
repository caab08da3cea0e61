import { expect, test } from 'vitest';
import { openTestPage } from './open-test-page.ts';

// On WebGPU they were checked by hand: SwiftShader takes minutes, and the operators are those of built graphs.
test('patched graphs give PyTorch’s values in Chromium', async () => {
  const models = ['llama', 'qwen2'];
  const opened = await openTestPage({
    module: 'conformance-page.ts',
    models,
    patched: true,
    isolated: true,
    webgpu: false,
  });
  try {
    const names = (await opened.call('defineTests', 'resident', models)) as string[];
    const wanted = names.filter((name) => name.includes('PyTorch'));
    expect(wanted.length).toBeGreaterThanOrEqual(models.length);
    for (const name of wanted) await opened.call('runTest', name);
  } finally {
    await opened.close();
  }
});
