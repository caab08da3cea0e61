import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { inspectModel, type LoadProgress, loadDecoder } from '@beltline/node';
import { expect, onTestFinished, test, vi } from 'vitest';
import { REPOSITORY, startFakeHub } from '../../models/test/fake-hub.ts';

const golden = fileURLToPath(new URL('../../../fixtures/golden/llama', import.meta.url));

/** A hub with the files of a folder, to which the environment leads. */
async function serve(folder: string, only: (name: string) => boolean = () => true) {
  const names = (await readdir(folder)).filter(only);
  const contents = await Promise.all(
    names.map(async (name) => [name, await readFile(join(folder, name))] as const),
  );
  const hub = await startFakeHub(Object.fromEntries(contents));
  const home = await mkdtemp(join(tmpdir(), 'beltline-hub-'));
  vi.stubEnv('HF_ENDPOINT', hub.endpoint);
  vi.stubEnv('HF_HOME', home);
  vi.stubEnv('HF_HUB_CACHE', '');
  vi.stubEnv('HF_HUB_OFFLINE', '');
  onTestFinished(async () => {
    vi.unstubAllEnvs();
    await rm(home, { recursive: true });
  });
  return { hub, cacheFolder: join(home, 'graphs') };
}

test('a model of the hub decodes as PyTorch did, and tells of its download', async () => {
  const { hub, cacheFolder } = await serve(golden, (name) => /^(?:config|tokenizer|model)/.test(name));
  const { sequentialGreedy } = JSON.parse(await readFile(join(golden, 'golden.json'), 'utf8'));
  const progress: LoadProgress[] = [];
  const load = () =>
    loadDecoder(REPOSITORY, {
      precision: 'fp32',
      cacheFolder,
      onProgress: (state) => progress.push(state),
    });
  const { prompt, newTokens } = sequentialGreedy;
  const decoder = await load();
  const options = { mode: 'sequential', maxTokens: newTokens.length } as const;
  const { tokens } = await decoder.generate({ tokens: prompt }, options).result();
  await decoder.dispose();
  expect(tokens).toEqual(newTokens);
  const downloads = progress.filter((state) => state.phase === 'download');
  const [first] = downloads;
  expect(first).toMatchObject({ done: 0, notice: undefined });
  for (const { done, total } of downloads) {
    expect(done).toBeLessThanOrEqual(total);
    expect(total).toBe(first!.total);
  }

  hub.requests.length = 0;
  progress.length = 0;
  await (await load()).dispose();
  expect(hub.requests.filter((line) => line.includes('/resolve/'))).toEqual([]);
  expect(progress).toEqual([]);
});

test('a model of the hub can be inspected', async () => {
  await serve(golden, (name) => /^(?:config|tokenizer|model)/.test(name));
  expect(await inspectModel(`hf:${REPOSITORY}`)).toMatchObject({
    name: REPOSITORY,
    kind: 'checkpoint',
    beltReady: true,
  });
});

test('a graph of another exporter runs from the hub as it does from its folder', async () => {
  const folder = fileURLToPath(new URL('../../../fixtures/exports/genai-qwen2-int4', import.meta.url));
  await serve(folder);
  const run = async (source: string) => {
    const decoder = await loadDecoder(source);
    const { tokens } = await decoder.generate('hello', { maxTokens: 8 }).result();
    await decoder.dispose();
    return tokens;
  };
  const tokens = await run(REPOSITORY);
  expect(tokens).toHaveLength(8);
  expect(tokens).toEqual(await run(folder));
});
