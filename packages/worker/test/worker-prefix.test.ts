import { createDecoder } from '@beltline/decoder';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { DecoderParts } from '../src/server/serve-decoder.ts';
import { connectLoaded, watchModel } from './connect-worker.ts';
import { loadEmbeddedModel } from './embedded-model.ts';

const documents = 'Document 1: Ann lives in Rome.\nDocument 2: Bob lives in Oslo.\n';
const options = { mode: 'sequential', maxTokens: 4 } as const;

let watch: ReturnType<typeof watchModel>;
let parts: DecoderParts;
beforeAll(async () => {
  const loaded = await loadEmbeddedModel();
  watch = watchModel(loaded.model);
  parts = { ...loaded, model: watch.model };
});
afterAll(() => parts.model.dispose());

async function connectKeeping(maxTokens: number) {
  const connection = await connectLoaded({ ...parts, prefixCache: { maxTokens } });
  const reused = async (question: string) =>
    (await connection.generate(documents + question, options).result()).statistics.reusedTokens;
  return { ...connection, reused };
}

test('a worker reads prompts that begin alike once, as far as it may keep them', async () => {
  const keeping = await connectKeeping(1000);
  expect(await keeping.reused('Who is Ann?')).toBe(0);
  expect(await keeping.reused('And Bob?')).toBeGreaterThan(10);
  const forgetting = await connectKeeping(0);
  const before = watch.caches();
  for (const question of ['Who is Ann?', 'And Bob?']) expect(await forgetting.reused(question)).toBe(0);
  expect(watch.caches()).toBe(before);
});

test('a prefix is held in the worker until it is disposed, or its reading is aborted', async () => {
  const { prefill, reused } = await connectKeeping(0);
  const before = watch.caches();
  const prefix = await prefill(documents, { chunkSize: 8 });
  expect(prefix.tokens).toBeGreaterThan(10);
  expect(await reused('Who is Ann?')).toBeGreaterThan(10);
  expect(watch.caches()).toBe(before + 1);
  prefix.dispose();
  prefix.dispose();
  expect(await reused('Who is Ann?')).toBe(0);
  expect(watch.caches()).toBe(before);

  const controller = new AbortController();
  const aborted = prefill(documents, { chunkSize: 1, signal: controller.signal });
  controller.abort(new Error('enough'));
  await expect(aborted).rejects.toThrow('enough');
  await watch.idle();
  expect(watch.caches()).toBe(before);
  await expect(prefill(' ')).rejects.toMatchObject({ code: 'EMPTY_PROMPT' });
});

test('the progress of a prefix is told as the decoder tells it, and what its listener throws ends it', async () => {
  const { prefill } = await connectKeeping(0);
  const progress: unknown[][] = [[], []];
  const direct = createDecoder({ ...parts, prefixCache: { maxTokens: 0 } });
  for (const [which, read] of [prefill, direct.prefill].entries()) {
    const prefix = await read(documents, { chunkSize: 8, onProgress: (each) => progress[which]!.push(each) });
    prefix.dispose();
  }
  expect(progress[0]!.length).toBeGreaterThan(1);
  expect(progress[0]).toEqual(progress[1]);
  const before = watch.caches();
  const error = new Error('no space on the screen');
  const onProgress = () => {
    throw error;
  };
  await expect(prefill(documents, { chunkSize: 8, onProgress })).rejects.toBe(error);
  await watch.idle();
  expect(watch.caches()).toBe(before);
});
