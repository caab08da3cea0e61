import { TRUNK } from '@beltline/mask';
import { assertFails, assertRowsClose } from './assert.ts';
import { feedRun } from './runs.ts';
import { toleranceOf } from './tolerance.ts';
import type { Topic } from './topic.ts';

/** The ends of caches and models. */
export function defineLifecycleTests({ golden, test }: Topic): void {
  const run = { strand: TRUNK, tokens: golden.values.prefix, start: 0 };

  test('a disposed cache is of no use, and the others live on', async (model) => {
    const expected = await feedRun(model, model.createCache(), run);
    const cache = model.createCache();
    await feedRun(model, cache, run);
    cache.dispose();
    cache.dispose();
    await assertFails(() => feedRun(model, cache, run), 'DISPOSED', 'a pass');
    await assertFails(() => cache.truncate(0), 'DISPOSED', 'truncating');
    await assertFails(() => cache.keep([]), 'DISPOSED', 'keeping');
    assertRowsClose(
      await feedRun(model, model.createCache(), run),
      expected,
      toleranceOf(model).equivalent,
      'another cache',
    );
  });

  test('a cache disposed during its pass lets the pass end', async (model) => {
    const expected = await feedRun(model, model.createCache(), run);
    const cache = model.createCache();
    const pass = feedRun(model, cache, run);
    cache.dispose();
    assertRowsClose(await pass, expected, toleranceOf(model).equivalent, 'the pass');
    await assertFails(() => feedRun(model, cache, run), 'DISPOSED', 'the next pass');
  });

  test('a model disposed while passes run or wait lets them end', async (model) => {
    const expected = await feedRun(model, model.createCache(), run);
    const passes = [1, 2].map(() => feedRun(model, model.createCache(), run));
    const disposal = model.dispose();
    await assertFails(() => model.createCache(), 'DISPOSED', 'a new cache');
    for (const pass of passes) assertRowsClose(await pass, expected, toleranceOf(model).equivalent, 'a pass');
    await disposal;
  });

  test('a disposed model is of no use', async (model) => {
    const cache = model.createCache();
    await feedRun(model, cache, run);
    await Promise.all([model.dispose(), model.dispose()]);
    await model.dispose();
    await assertFails(() => feedRun(model, cache, run), 'DISPOSED', 'a pass');
    await assertFails(() => model.createCache(), 'DISPOSED', 'a new cache');
    await assertFails(() => cache.truncate(0), 'DISPOSED', 'truncating');
    cache.dispose();
  });
}
