import { TRUNK } from '@beltline/mask';
import type { ForwardStep, KvCache, LanguageModel } from '../language-model.ts';
import { assertFails, assertRowsClose, assertSame, type ExpectedFailure } from './assert.ts';
import { feedRun } from './runs.ts';
import { toleranceOf } from './tolerance.ts';
import type { Topic } from './topic.ts';

/** Something to do with a filled cache that must fail. */
interface Attempt {
  readonly what: string;
  readonly run: (model: LanguageModel, cache: KvCache) => unknown;
}

/** Mistakes and limits: each fails as the interface says and leaves the cache as it was. */
export function defineErrorTests(topic: Topic): void {
  defineStepErrorTests(topic);
  defineSlotErrorTests(topic);
  defineBusyTests(topic);
}

function defineStepErrorTests({ golden, test }: Topic): void {
  const { prefix } = golden.values;
  const good = goodStep(prefix);
  const steps = (wrong: readonly Partial<ForwardStep>[]) =>
    wrong.map((fields) => ({
      what: JSON.stringify(fields),
      run: (model: LanguageModel, cache: KvCache) => model.forward(cache, { ...good, ...fields }),
    }));

  test('a step that makes no sense is refused', async (model) => {
    const wrong = [
      { tokens: [], positions: [], strands: [], logitsRows: [] },
      { tokens: [1] },
      { positions: [0, 1, 2] },
      { strands: [] },
      ...[-1, 1.5, Number.NaN, model.shape.vocabularySize].map((token) => ({ tokens: [token, 1] })),
      ...[-1, 0.5, Number.NaN].map((position) => ({ positions: [position, 1] })),
      ...[-1, 0.5, 1].map((strand) => ({ strands: [strand, TRUNK] })),
      ...[[-1], [2], [0.5], [0, 0], [1, 0]].map((logitsRows) => ({ logitsRows })),
    ];
    await assertHarmless(model, prefix, 'RangeError', steps(wrong));
  });

  test('a step without tokens is a type error', async (model) => {
    await assertHarmless(model, prefix, 'TypeError', [
      { what: 'an empty object', run: (_, cache) => model.forward(cache, {} as ForwardStep) },
      { what: 'nothing', run: (_, cache) => model.forward(cache, undefined as unknown as ForwardStep) },
    ]);
  });

  test('positions beyond the context are refused', async (model) => {
    const { contextLength } = model.shape;
    const wrong = [{ positions: [contextLength - 1, contextLength] }, { positions: [contextLength * 2, 0] }];
    await assertHarmless(model, prefix, 'CONTEXT_EXCEEDED', steps(wrong));
  });

  test('tokens beyond the capacity are refused', async (model) => {
    const three = { tokens: [1, 2, 3], positions: [0, 1, 2], strands: [TRUNK, TRUNK, TRUNK] };
    await assertHarmless(model, prefix, 'CAPACITY_EXCEEDED', steps([three]));
  });

  test('a cache of another model is refused', async (model) => {
    const lookAlike = (cache: KvCache): KvCache => ({ ...cache });
    await assertHarmless(model, prefix, 'DISPOSED', [
      { what: 'a look-alike', run: (_, cache) => model.forward(lookAlike(cache), good) },
    ]);
  });
}

function defineSlotErrorTests({ golden, test }: Topic): void {
  const { prefix } = golden.values;

  test('truncating and keeping check their slots', async (model) => {
    const { length } = prefix;
    await assertHarmless(model, prefix, 'RangeError', [
      ...[-1, 0.5, length + 1, Number.NaN].map((to) => ({
        what: `truncate(${to})`,
        run: (_: LanguageModel, cache: KvCache) => cache.truncate(to),
      })),
      ...[[-1], [0.5], [length], [0, 0], [1, 0]].map((slots) => ({
        what: `keep([${slots}])`,
        run: (_: LanguageModel, cache: KvCache) => cache.keep(slots),
      })),
    ]);
  });

  test('copying checks its length', async (model) => {
    const { length } = prefix;
    const copies = [
      ...[-1, 0.5, length + 1, Number.NaN].map((wrong) => ({ length: wrong })),
      { length, capacity: length - 1 },
    ];
    await assertHarmless(
      model,
      prefix,
      'RangeError',
      copies.map(({ length, ...options }) => ({
        what: `copying ${JSON.stringify({ length, ...options })}`,
        run: (_: LanguageModel, cache: KvCache) =>
          model.createCache({ ...options, copyOf: { cache, length } }),
      })),
    );
    const cache = model.createCache();
    cache.dispose();
    await assertFails(() => model.createCache({ copyOf: { cache, length: 0 } }), 'DISPOSED', 'a copy');
  });

  test('a strand must hang below strands that exist', async (model) => {
    const { strands } = model.createCache();
    for (const parents of [1, -1, [], [0, 5]]) {
      await assertFails(() => strands.add(parents), 'RangeError', `parents ${parents}`);
    }
    assertSame([strands.size], [1], 'number of strands');
  });

  test('a capacity must be a positive whole number', async (model) => {
    for (const capacity of [0, -1, 1.5, Number.NaN]) {
      await assertFails(() => model.createCache({ capacity }), 'RangeError', `capacity ${capacity}`);
    }
  });
}

function defineBusyTests({ golden, test }: Topic): void {
  const run = { strand: TRUNK, tokens: golden.values.prefix, start: 0 };

  test('a cache is busy during its pass', async (model) => {
    const expected = await feedRun(model, model.createCache(), run);
    const cache = model.createCache();
    const pass = feedRun(model, cache, run);
    await assertFails(() => model.forward(cache, goodStep(run.tokens)), 'CACHE_BUSY', 'a second pass');
    await assertFails(() => cache.truncate(0), 'CACHE_BUSY', 'truncating');
    await assertFails(() => cache.keep([]), 'CACHE_BUSY', 'keeping');
    const copyOf = { cache, length: 0 };
    await assertFails(() => model.createCache({ copyOf }), 'CACHE_BUSY', 'copying');
    assertRowsClose(await pass, expected, toleranceOf(model).equivalent, 'the pass itself');
    cache.truncate(0);
  });
}

/** Two more tokens after the prefix. */
function goodStep(prefix: readonly number[]): ForwardStep {
  const positions = [prefix.length, prefix.length + 1];
  return { tokens: [1, 2], positions, strands: [TRUNK, TRUNK], logitsRows: [1] };
}

/** Runs attempts on a filled cache and checks that it then goes on as an untouched one does. */
async function assertHarmless(
  model: LanguageModel,
  prefix: readonly number[],
  expected: ExpectedFailure,
  attempts: readonly Attempt[],
): Promise<void> {
  const [untouched, cache] = [1, 2].map(() => model.createCache({ capacity: prefix.length + 2 })) as [
    KvCache,
    KvCache,
  ];
  for (const each of [untouched, cache])
    await feedRun(model, each, { strand: TRUNK, tokens: prefix, start: 0 });
  for (const { what, run } of attempts) {
    await assertFails(() => run(model, cache), expected, what);
    assertSame(cache.slots.strands, untouched.slots.strands, `strands after ${what}`);
    assertSame(cache.slots.positions, untouched.slots.positions, `positions after ${what}`);
  }
  const rows = (await model.forward(untouched, goodStep(prefix))).map((row) => row.slice());
  const after = await model.forward(cache, goodStep(prefix));
  assertRowsClose(after, rows, toleranceOf(model).equivalent, 'going on');
}
