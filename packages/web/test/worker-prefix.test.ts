import { type Decoder, loadDecoder } from '@beltline/node';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { holdPrefix } from '../src/prefix.ts';
import type { DecoderParts } from '../src/worker/serve-decoder.ts';
import { connect, request, watchModel } from './connect-worker.ts';

const documents = 'Document 1: Ann lives in Rome.\nDocument 2: Bob lives in Oslo.\n';
const options = { mode: 'sequential', maxTokens: 4 } as const;

let decoder: Decoder;
let watch: ReturnType<typeof watchModel>;
let parts: DecoderParts;
beforeAll(async () => {
  decoder = await loadDecoder();
  watch = watchModel(decoder.model);
  parts = { model: watch.model, tokenizer: decoder.tokenizer, format: 'trained', threads: 2 };
});
afterAll(() => decoder.dispose());

async function connectKeeping(maxTokens: number) {
  const connection = connect(async () => parts);
  await connection.client.load({ ...request, prefixCache: { maxTokens } });
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
  const { client, reused } = await connectKeeping(0);
  const before = watch.caches();
  const prefix = await holdPrefix(client, documents, { chunkSize: 8 });
  expect(prefix.tokens).toBeGreaterThan(10);
  expect(await reused('Who is Ann?')).toBeGreaterThan(10);
  expect(watch.caches()).toBe(before + 1);
  prefix.dispose();
  prefix.dispose();
  expect(await reused('Who is Ann?')).toBe(0);
  expect(watch.caches()).toBe(before);

  const controller = new AbortController();
  const aborted = holdPrefix(client, documents, { chunkSize: 1, signal: controller.signal });
  controller.abort(new Error('enough'));
  await expect(aborted).rejects.toThrow('enough');
  await watch.idle();
  expect(watch.caches()).toBe(before);
  await expect(holdPrefix(client, ' ')).rejects.toMatchObject({ code: 'EMPTY_PROMPT' });
  const withFunction = { onProgress() {} } as object;
  await expect(holdPrefix(client, documents, withFunction)).rejects.toThrow(TypeError);
});
