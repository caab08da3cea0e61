// The stores are of the page; most tests do without its types.
/// <reference lib="dom" />
import { beforeEach, expect, test, vi } from 'vitest';
import { createModelStore } from '../src/model-store.ts';
import { createRaceStore } from '../src/race-store.ts';

const loadDecoder = vi.hoisted(() => vi.fn());
vi.mock('@beltline/web', () => ({ loadDecoder }));
vi.stubGlobal('navigator', {});
vi.stubGlobal('cancelAnimationFrame', () => {});

const dispose = vi.fn(async () => {});
/** What happens in each generation, the warm-up first; in later ones nothing. */
let generations: (() => void)[];
beforeEach(() => {
  dispose.mockClear();
  async function* generate() {
    generations.shift()?.();
    yield* [];
  }
  loadDecoder.mockReset().mockImplementation(async () => ({ generate, dispose }));
});

function failWith(code: string): never {
  throw Object.assign(new Error('it broke'), { code });
}

test('a decoder that fails to warm up is disposed', async () => {
  const store = createModelStore();
  generations = [() => failWith('RUN_FAILED')];
  await expect(store.ready()).rejects.toThrow('it broke');
  expect(store.status.value).toEqual({ status: 'failed', message: 'it broke' });
  expect(dispose).toHaveBeenCalledOnce();
});

test('a decoder is disposed and never ready where another model is chosen while it warms up', async () => {
  const store = createModelStore();
  generations = [() => store.choose({ kind: 'named', name: 'owner/other' })];
  await expect(store.ready()).rejects.toThrow('abort');
  expect(store.status.value).toEqual({ status: 'none' });
  expect(dispose).toHaveBeenCalledOnce();
});

test.each([
  ['WORKER_FAILED', 'loaded again', 2],
  ['RUN_FAILED', 'loaded again', 2],
  ['PROMPT_TOO_LONG', 'kept', 1],
])('after a race that failed with %s the model is %s', async (code, _what, loads) => {
  const model = createModelStore();
  const race = createRaceStore({ replay: () => false });
  generations = [() => {}, () => failWith(code)];
  race.start('Why?', { join: 'reuse', model });
  await expect.poll(() => race.phase.value).toBe('over');
  expect(race.problem.value).toBe('it broke');
  await model.ready();
  expect(loadDecoder).toHaveBeenCalledTimes(loads);
  expect(dispose).toHaveBeenCalledTimes(loads - 1);
});
