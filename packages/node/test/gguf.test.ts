import { mkdtemp, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type LoadProgress, loadDecoder } from '@beltline/node';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { writeGguf } from '../../gguf/test/gguf-writer.ts';
import { goldenFolder, goldenGguf } from '../../gguf/test/golden-gguf.ts';

let scratch: string;
let cacheFolder: string;
let path: string;
beforeEach(async () => {
  scratch = await mkdtemp(join(tmpdir(), 'beltline-gguf-'));
  cacheFolder = join(scratch, 'cache');
  path = join(scratch, 'model.gguf');
});
afterEach(() => rm(scratch, { recursive: true }));

describe.each(['llama', 'qwen2', 'qwen3'])('a GGUF file of the architecture %s', (architecture) => {
  test('decodes as PyTorch did, sequentially and in parallel as the checkpoint does', async () => {
    await writeFile(path, writeGguf(await goldenGguf(architecture)));
    const { sequentialGreedy } = JSON.parse(
      await readFile(join(goldenFolder(architecture), 'golden.json'), 'utf8'),
    );
    const decoder = await loadDecoder(path, { precision: 'fp32', cacheFolder });
    const { prompt, newTokens } = sequentialGreedy;
    const options = { mode: 'sequential', maxTokens: newTokens.length } as const;
    expect((await decoder.generate({ tokens: prompt }, options).result()).tokens).toEqual(newTokens);
    const checkpoint = await loadDecoder(goldenFolder(architecture), { precision: 'fp32', cacheFolder });
    const question = 'Discuss a trip from the aspects of budget and food.';
    const [fromGguf, fromCheckpoint] = await Promise.all(
      [decoder, checkpoint].map((one) => one.generate(question, { maxTokens: 60 }).result()),
    );
    expect(fromGguf!.tokens).toEqual(fromCheckpoint!.tokens);
    await Promise.all([decoder.dispose(), checkpoint.dispose()]);
  });
});

test('its graph is built once, and again when the file changes', async () => {
  await writeFile(path, writeGguf(await goldenGguf('qwen2')));
  const builds: LoadProgress[] = [];
  const load = async () => {
    const before = builds.length;
    const decoder = await loadDecoder(path, { cacheFolder, onProgress: (progress) => builds.push(progress) });
    await decoder.dispose();
    return builds.length > before;
  };
  expect(await load()).toBe(true);
  expect(builds.at(-1)!.phase).toBe('build');
  expect(await load()).toBe(false);
  await utimes(path, new Date(), new Date(Date.now() - 5000));
  expect(await load()).toBe(true);
});

test('it may have a second graph for wide passes', async () => {
  await writeFile(path, writeGguf(await goldenGguf('qwen2')));
  const decoder = await loadDecoder(path, { wide: true, cacheFolder });
  const { tokens } = await decoder.generate('hello, how are you today?', { maxTokens: 8 }).result();
  expect(tokens).toHaveLength(8);
  expect(decoder.model.capabilities.widePrecision).toBe('w8a8');
  await decoder.dispose();
});

test('a damaged file is refused with what to do', async () => {
  const bytes = writeGguf(await goldenGguf('llama'));
  await writeFile(path, bytes.subarray(0, bytes.length / 2));
  await expect(loadDecoder(path, { cacheFolder })).rejects.toMatchObject({
    code: 'INVALID_GGUF',
    message: expect.stringMatching(/Get the file again/),
  });
});
