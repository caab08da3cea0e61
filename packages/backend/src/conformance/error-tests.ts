import { TRUNK } from '@beltline/mask';
import type { ForwardStep, KvCache, LanguageModel } from '../language-model.ts';
import { assertFails, assertRowsClose, assertSame, type ExpectedFailure } from './assert.ts';
import { feedRun } from './runs.ts';
import { toleranceOf } from './tolerance.ts';
import type { Topic } from './topic.ts';

/** Mistakes and limits: each fails as the interface says and leaves the cache as it was. */
export function defineErrorTests({ golden, test }: Topic): void {
  const { prefix } = golden.values;
  const next = {
    tokens: [1, 2],
    positions: [prefix.length, prefix.length + 1],
    strands: [TRUNK, TRUNK],
    logitsRows: [1],
  };

  /** Runs attempts on a filled cache and checks that the cache then goes on as an untouched one does. */
  async function assertHarmless(
    model: LanguageModel,
    attempts: readonly [what: string, expected: ExpectedFailure, attempt: (cache: KvCache) => unknown][],
  ): Promise<void> {
    const untouched = model.createCache({ capacity: prefix.length + 2 });
    const cache = model.createCache({ capacity: prefix.length + 2 });
    for (const each of [untouched, cache])
      await feedRun(model, each, { strand: TRUNK, tokens: prefix, start: 0 });
    for (const [what, expected, attempt] of attempts) {
      await assertFails(() => attempt(cache), expected, what);
      assertSame(cache.slots.strands, untouched.slots.strands, `strands after ${what}`);
      assertSame(cache.slots.positions, untouched.slots.positions, `positions after ${what}`);
    }
    const expected = (await model.forward(untouched, next)).map((row) => row.slice());
    assertRowsClose(await model.forward(cache, next), expected, toleranceOf(model).equivalent, 'going on');
  }

  /** Attempts of steps that differ from a good one in the given fields. */
  function steps(model: LanguageModel, expected: ExpectedFailure, wrong: readonly Partial<ForwardStep>[]) {
    return wrong
      .map(
        (fields) =>
          [
            JSON.stringify(fields),
            expected,
            (cache: KvCache) => model.forward(cache, { ...next, ...fields }),
          ] as const,
      )
      .map(([what, kind, attempt]) => [what, kind, attempt] as [string, ExpectedFailure, typeof attempt]);
  }

  test('a step that makes no sense is refused', async (model) => {
    const beyond = model.shape.vocabularySize;
    await assertHarmless(
      model,
      steps(model, 'RangeError', [
        { tokens: [], positions: [], strands: [], logitsRows: [] },
        { tokens: [1] },
        { positions: [0, 1, 2] },
        { strands: [] },
        ...[-1, 1.5, Number.NaN, beyond].map((token) => ({ tokens: [token, 1] })),
        ...[-1, 0.5, Number.NaN].map((position) => ({ positions: [position, 1] })),
        ...[-1, 0.5, 1].map((strand) => ({ strands: [strand, TRUNK] })),
        ...[[-1], [2], [0.5], [0, 0], [1, 0]].map((logitsRows) => ({ logitsRows })),
      ]),
    );
  });

  test('a step without tokens is a type error', async (model) => {
    await assertHarmless(model, [
      ['an empty object', 'TypeError', (cache) => model.forward(cache, {} as ForwardStep)],
      ['nothing', 'TypeError', (cache) => model.forward(cache, undefined as unknown as ForwardStep)],
    ]);
  });

  test('positions beyond the context are refused', async (model) => {
    const { contextLength } = model.shape;
    await assertHarmless(
      model,
      steps(model, 'CONTEXT_EXCEEDED', [
        { positions: [contextLength - 1, contextLength] },
        { positions: [contextLength + 1000, 0] },
      ]),
    );
  });

  test('tokens beyond the capacity are refused', async (model) => {
    const three = { tokens: [1, 2, 3], positions: [0, 1, 2], strands: [TRUNK, TRUNK, TRUNK] };
    await assertHarmless(model, steps(model, 'CAPACITY_EXCEEDED', [three]));
  });

  test('truncating and keeping check their slots', async (model) => {
    const { length } = prefix;
    await assertHarmless(model, [
      ...[-1, 0.5, length + 1, Number.NaN].map(
        (to) =>
          [`truncate(${to})`, 'RangeError', (cache: KvCache) => cache.truncate(to)] as [
            string,
            'RangeError',
            (cache: KvCache) => unknown,
          ],
      ),
      ...[[-1], [0.5], [length], [0, 0], [1, 0]].map(
        (slots) =>
          [`keep([${slots}])`, 'RangeError', (cache: KvCache) => cache.keep(slots)] as [
            string,
            'RangeError',
            (cache: KvCache) => unknown,
          ],
      ),
    ]);
  });

  test('a capacity must be a positive whole number', async (model) => {
    for (const capacity of [0, -1, 1.5, Number.NaN]) {
      await assertFails(() => model.createCache({ capacity }), 'RangeError', `capacity ${capacity}`);
    }
  });

  test('a cache is busy during its pass', async (model) => {
    const cache = model.createCache();
    const pass = feedRun(model, cache, { strand: TRUNK, tokens: prefix, start: 0 });
    await assertFails(() => model.forward(cache, next), 'CACHE_BUSY', 'a second pass');
    await assertFails(() => cache.truncate(0), 'CACHE_BUSY', 'truncating');
    await assertFails(() => cache.keep([]), 'CACHE_BUSY', 'keeping');
    const expected = await feedRun(model, model.createCache(), { strand: TRUNK, tokens: prefix, start: 0 });
    assertRowsClose(await pass, expected, toleranceOf(model).equivalent, 'the pass itself');
    cache.truncate(0);
  });

  test('a cache of another model is refused', async (model) => {
    const cache = model.createCache();
    await assertHarmless(model, [['a look-alike', 'DISPOSED', () => model.forward({ ...cache }, next)]]);
  });
}
