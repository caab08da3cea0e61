import { setEnvironmentData } from 'node:worker_threads';
import { type Decoder, loadDecoder, type WorkerDecoder } from '@beltline/node';
import { expect, onTestFinished, test } from 'vitest';
import { blockPasses, createTicks } from './blocked-passes.ts';
import { loadDecoderInWorker } from './start-worker.ts';

/** Answers while a timer of this thread counts. */
async function generate(decoder: Decoder | WorkerDecoder, tick: () => void): Promise<number> {
  const timer = setInterval(tick, 1);
  const { tokens } = await decoder.generate('hello', { mode: 'sequential', maxTokens: 6 }).result();
  clearInterval(timer);
  await decoder.dispose();
  return tokens.length;
}

test('timers fire during every pass of a decoder in a worker, which ends only when they have', async () => {
  const ticks = createTicks();
  setEnvironmentData('ticks', ticks.memory);
  const script = new URL('blocked-worker.ts', import.meta.url);
  const decoder = await loadDecoderInWorker('tiny', {}, { script });
  const tokens = await generate(decoder, ticks.tick);
  const { passes, alone } = ticks.seen();
  expect(passes).toBeGreaterThanOrEqual(tokens);
  expect(alone).toBe(0);
});

test('without a worker no timer fires during a pass', async () => {
  const ticks = createTicks();
  onTestFinished(blockPasses(ticks, 20));
  const tokens = await generate(await loadDecoder(), ticks.tick);
  const { passes, alone } = ticks.seen();
  expect(passes).toBeGreaterThanOrEqual(tokens);
  expect(alone).toBe(passes);
});
