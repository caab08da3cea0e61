import { TRUNK } from '@beltline/mask';
import type { KvCache, LanguageModel } from '../language-model.ts';
import { assert, assertClose, assertRowsClose, assertSame } from './assert.ts';
import { feed, feedInLockStep, feedRun, fork, type Run } from './runs.ts';
import { toleranceOf } from './tolerance.ts';
import type { Topic } from './topic.ts';

/** What the cache holds after appending, truncating and keeping. */
export function defineCacheTests(topic: Topic): void {
  defineSlotTests(topic);
  defineKeepTests(topic);
  defineRestartTests(topic);
  defineCopyTests(topic);
  defineSeveralCachesTests(topic);
}

function defineSlotTests({ golden, test }: Topic): void {
  const { prefix, branches } = golden.values;

  test('slots tell the strand and the position of every token', async (model) => {
    const { cache, runs } = await fork(model, prefix, branches.slice(0, 2));
    await feed(model, cache, runs);
    const strands = runs.flatMap((run) => run.tokens.map(() => run.strand));
    const positions = runs.flatMap((run) => run.tokens.map((_, index) => run.start + index));
    assertSame(cache.slots.strands, [...prefix.map(() => TRUNK), ...strands], 'strands');
    assertSame(cache.slots.positions, [...prefix.keys(), ...positions], 'positions');
    assert(cache.slots.length === prefix.length + strands.length, 'every token takes a slot');
  });

  test('truncating and going on is as if the dropped tokens had never been', async (model) => {
    const line = [...prefix, ...branches.flat()];
    const expected = await feedRun(model, model.createCache(), { strand: TRUNK, tokens: line, start: 0 });
    const { cache, runs } = await fork(model, prefix, branches);
    await feedInLockStep(model, cache, runs);
    for (const length of [prefix.length, 10, 0]) {
      cache.truncate(length);
      assert(cache.slots.length === length, `expected ${length} slots, got ${cache.slots.length}`);
      const rest = await feedRun(model, cache, { strand: TRUNK, tokens: line.slice(length), start: length });
      assertRowsClose(rest, expected.slice(length), toleranceOf(model).equivalent, `from ${length} on`);
    }
  });

  test('a cache can be filled to its last slot', async (model) => {
    const expected = await feedRun(model, model.createCache(), { strand: TRUNK, tokens: prefix, start: 0 });
    const cache = model.createCache({ capacity: prefix.length });
    assert(
      cache.capacity === prefix.length,
      `expected a capacity of ${prefix.length}, got ${cache.capacity}`,
    );
    const rows = await feedRun(model, cache, { strand: TRUNK, tokens: prefix, start: 0 });
    assertRowsClose(rows, expected, toleranceOf(model).equivalent, 'a full cache');
  });

  test('a cache may hold more tokens than the context has positions', async (model) => {
    const { contextLength } = model.shape;
    const cache = model.createCache({ capacity: contextLength + 100 });
    const { tokens, start } = { tokens: prefix.slice(0, 1), start: contextLength - 1 };
    const [first] = await feedRun(model, cache, { strand: cache.strands.add(TRUNK), tokens, start });
    const [second] = await feedRun(model, cache, { strand: cache.strands.add(TRUNK), tokens, start });
    assertClose(second!, first!, toleranceOf(model).equivalent, 'the last position, twice');
  });

  test('a cache that grows keeps what it holds', async (model) => {
    const line = Array.from({ length: 300 }, (_, index) => (index * 37 + 11) % model.shape.vocabularySize);
    const first = { strand: TRUNK, tokens: line.slice(0, 5), start: 0 };
    const rest = { strand: TRUNK, tokens: line.slice(5), start: 5 };
    const grown = model.createCache();
    await feedRun(model, grown, first);
    const tail = await lastRow(model, grown, rest);
    const whole = await lastRow(model, model.createCache(), { ...first, tokens: line });
    assertClose(tail, whole, toleranceOf(model).equivalent, 'the last token');
  });
}

function defineKeepTests({ golden, test }: Topic): void {
  const { prefix, branches } = golden.values;

  test('a dropped branch leaves no trace for those who never saw it', async (model) => {
    for (const dropped of branches.keys()) {
      const { cache, runs } = await fork(model, prefix, branches);
      await feedInLockStep(model, cache, runs);
      cache.keep(slotsWithout(cache, runs[dropped]!.strand));

      const clean = await fork(model, prefix, branches);
      const others = clean.runs.filter((_, branch) => branch !== dropped);
      await feedInLockStep(model, clean.cache, others);
      assertSame(cache.slots.positions, clean.cache.slots.positions, 'positions');

      const next = others.map(({ strand, start, tokens }) => ({
        strand,
        tokens: tokens.slice(0, 2),
        start: start + tokens.length,
      }));
      const actual = (await feed(model, cache, next)).flat();
      const expected = (await feed(model, clean.cache, next)).flat();
      assertRowsClose(actual, expected, toleranceOf(model).equivalent, `without branch ${dropped}`);
    }
  });

  test('keeping every slot changes nothing', async (model) => {
    const next: Run = { strand: TRUNK, tokens: branches[0]!, start: prefix.length };
    const { cache } = await fork(model, prefix, []);
    const expected = await feedRun(model, cache, next);
    cache.truncate(prefix.length);
    cache.keep([...prefix.keys()]);
    assertRowsClose(
      await feedRun(model, cache, next),
      expected,
      toleranceOf(model).equivalent,
      'next tokens',
    );
  });

  test('keeping no slot empties the cache', async (model) => {
    const { cache } = await fork(model, prefix, []);
    cache.keep([]);
    assert(cache.slots.length === 0, `expected no slots, got ${cache.slots.length}`);
    const run = { strand: TRUNK, tokens: prefix, start: 0 };
    const expected = await feedRun(model, model.createCache(), run);
    const actual = await feedRun(model, cache, run);
    assertRowsClose(actual, expected, toleranceOf(model).equivalent, 'a new start');
  });
}

function defineRestartTests({ golden, test }: Topic): void {
  const { prefix, branches } = golden.values;

  test('a line of an old sequence can begin a new one', async (model) => {
    const { cache, runs } = await fork(model, prefix, branches);
    await feedInLockStep(model, cache, runs);
    const [first, second] = runs as [Run, Run];
    const line = [...prefix, ...first.tokens];
    const slots = cache.slots.strands;
    cache.restart([...slots.keys()].filter((slot) => [TRUNK, first.strand].includes(slots[slot]!)));
    assert(cache.strands.size === 1, `expected the trunk alone, got ${cache.strands.size} strands`);
    assertSame(cache.tokens, line, 'tokens');
    assertSame(cache.slots.positions, [...line.keys()], 'positions');

    const rest = { strand: TRUNK, tokens: second.tokens, start: line.length };
    const actual = await feedRun(model, cache, rest);
    const clean = model.createCache();
    await feedRun(model, clean, { strand: TRUNK, tokens: line, start: 0 });
    const expected = await feedRun(model, clean, rest);
    assertRowsClose(actual, expected, toleranceOf(model).equivalent, 'after the restart');
  });

  test('a restarted cache grows again', async (model) => {
    const { cache } = await fork(model, prefix, []);
    const line = Array.from({ length: 300 }, (_, index) => (index * 37 + 11) % model.shape.vocabularySize);
    await lastRow(model, cache, { strand: cache.strands.add(TRUNK), tokens: line, start: 0 });
    cache.restart([...prefix.keys()]);
    const next = { strand: TRUNK, tokens: line, start: prefix.length };
    const actual = await lastRow(model, cache, next);
    const whole = { strand: TRUNK, tokens: [...prefix, ...next.tokens], start: 0 };
    const expected = await lastRow(model, model.createCache(), whole);
    assertClose(actual, expected, toleranceOf(model).equivalent, 'the last token');
  });
}

function defineCopyTests({ golden, test }: Topic): void {
  const { prefix, branches } = golden.values;

  test('a copy begins as the other cache did, and the two live apart', async (model) => {
    const { cache, runs } = await fork(model, prefix, branches);
    const length = prefix.length - 2;
    const copy = model.createCache({ copyOf: { cache, length }, capacity: cache.capacity + 300 });
    const beginning = prefix.slice(0, length);
    assert(copy.capacity === cache.capacity + 300, 'a copy has a capacity of its own');
    assertSame(copy.tokens, beginning, 'tokens');
    assertSame(copy.slots.positions, [...beginning.keys()], 'positions');
    assertSame(copy.slots.strands, new Array(length).fill(TRUNK), 'strands');

    // What is written to the copy must not reach the other cache, nor the other way round, and the copy must grow.
    const line = Array.from({ length: 300 }, (_, index) => (index * 37 + 11) % model.shape.vocabularySize);
    const next: Run = { strand: TRUNK, tokens: line, start: length };
    const [, last] = await Promise.all([feed(model, cache, runs), lastRow(model, copy, next)]);
    const whole = { strand: TRUNK, tokens: [...beginning, ...line], start: 0 };
    const expected = await lastRow(model, model.createCache(), whole);
    assertClose(last, expected, toleranceOf(model).equivalent, 'the end of the copy');

    const clean = await fork(model, prefix, branches);
    await feed(model, clean.cache, clean.runs);
    const after = runs.map(({ strand, start, tokens }) => ({
      strand,
      tokens: [1],
      start: start + tokens.length,
    }));
    assertRowsClose(
      (await feed(model, cache, after)).flat(),
      (await feed(model, clean.cache, after)).flat(),
      toleranceOf(model).equivalent,
      'the other cache',
    );
  });

  test('a copy outlives the other cache, and may be empty or full', async (model) => {
    const { cache } = await fork(model, prefix, []);
    const { length } = prefix;
    const full = model.createCache({ copyOf: { cache, length }, capacity: length + 1 });
    const empty = model.createCache({ copyOf: { cache, length: 0 } });
    cache.dispose();
    const clean = await fork(model, prefix, []);
    const next: Run = { strand: TRUNK, tokens: [1], start: length };
    const expected = await feedRun(model, clean.cache, next);
    assertRowsClose(await feedRun(model, full, next), expected, toleranceOf(model).equivalent, 'a full copy');
    await feedRun(model, empty, { strand: TRUNK, tokens: prefix, start: 0 });
    assertRowsClose(
      await feedRun(model, empty, next),
      expected,
      toleranceOf(model).equivalent,
      'an empty copy',
    );
  });
}

function defineSeveralCachesTests({ golden, test }: Topic): void {
  const { prefix, branches } = golden.values;

  test('two caches in turn do not disturb each other', async (model) => {
    const [first, second] = await Promise.all([
      fork(model, prefix, branches),
      fork(model, prefix.toReversed(), branches),
    ]);
    const logits: Float32Array[][] = [[], []];
    for (const branch of branches.keys()) {
      for (const [index, { cache, runs }] of [first, second].entries()) {
        logits[index]!.push(...(await feedRun(model, cache, runs[branch]!)));
      }
    }
    for (const [index, start] of [prefix, prefix.toReversed()].entries()) {
      const { cache, runs } = await fork(model, start, branches);
      const alone = (await feed(model, cache, runs)).flat();
      assertRowsClose(logits[index]!, alone, toleranceOf(model).equivalent, `cache ${index}`);
    }
  });

  test('passes over different caches may be asked for at once', async (model) => {
    const expected = await feedRun(model, model.createCache(), { strand: TRUNK, tokens: prefix, start: 0 });
    const together = await Promise.all(
      [8, 16, 24].map((length) =>
        feedRun(model, model.createCache(), { strand: TRUNK, tokens: prefix.slice(0, length), start: 0 }),
      ),
    );
    for (const rows of together) {
      const alone = expected.slice(0, rows.length);
      assertRowsClose(rows, alone, toleranceOf(model).equivalent, `${rows.length} tokens`);
    }
  });
}

async function lastRow(model: LanguageModel, cache: KvCache, run: Run): Promise<Float32Array> {
  const [row] = await model.forward(cache, {
    tokens: run.tokens,
    positions: run.tokens.map((_, index) => run.start + index),
    strands: run.tokens.map(() => run.strand),
    logitsRows: [run.tokens.length - 1],
  });
  return row!.slice();
}

function slotsWithout(cache: KvCache, strand: number): number[] {
  return [...cache.slots.strands.keys()].filter((slot) => cache.slots.strands[slot] !== strand);
}
