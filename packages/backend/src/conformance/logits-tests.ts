import { TRUNK } from '@beltline/mask';
import { assert, assertRowsClose } from './assert.ts';
import { feedRun } from './runs.ts';
import { toleranceOf } from './tolerance.ts';
import type { Topic } from './topic.ts';

/** Which rows come back. */
export function defineLogitsTests({ golden, test }: Topic): void {
  const { prefix } = golden.values;
  const step = {
    tokens: prefix,
    positions: prefix.map((_, index) => index),
    strands: prefix.map(() => TRUNK),
  };

  test('logits of the asked rows come back, in order', async (model) => {
    const all = await feedRun(model, model.createCache(), { strand: TRUNK, tokens: prefix, start: 0 });
    const logitsRows = [1, 4, 5, prefix.length - 1];
    const asked = await model.forward(model.createCache(), { ...step, logitsRows });
    const expected = logitsRows.map((row) => all[row]!);
    assertRowsClose(asked, expected, toleranceOf(model).equivalent, 'asked rows');
    for (const row of asked) {
      assert(row instanceof Float32Array, 'a row of logits must be a Float32Array');
      assert(row.length === model.shape.vocabularySize, 'a row of logits must be as long as the vocabulary');
    }
  });

  test('the rows belong to the caller: no later pass writes to them', async (model) => {
    const logitsRows = [0, prefix.length - 1];
    const rows = await model.forward(model.createCache(), { ...step, logitsRows });
    const before = rows.map((row) => row.slice());
    const other = { ...step, tokens: prefix.toReversed(), logitsRows };
    await model.forward(model.createCache(), other);
    assertRowsClose(rows, before, 0, 'rows after another pass');
  });

  test('a step may ask for no logits and still fills the cache', async (model) => {
    const [token, ...head] = prefix.toReversed();
    const line = head.toReversed();
    const cache = model.createCache();
    const none = await model.forward(cache, {
      tokens: line,
      positions: line.map((_, index) => index),
      strands: line.map(() => TRUNK),
      logitsRows: [],
    });
    assert(none.length === 0, `expected no rows, got ${none.length}`);
    const last = await feedRun(model, cache, { strand: TRUNK, tokens: [token!], start: line.length });
    const whole = await model.forward(model.createCache(), { ...step, logitsRows: [line.length] });
    assertRowsClose(last, whole, toleranceOf(model).equivalent, 'the next token');
  });

  test('typed arrays are as good as plain ones', async (model) => {
    const logitsRows = [prefix.length - 1];
    const plain = await model.forward(model.createCache(), { ...step, logitsRows });
    const expected = plain.map((row) => row.slice());
    const typed = await model.forward(model.createCache(), {
      tokens: Int32Array.from(step.tokens),
      positions: Uint16Array.from(step.positions),
      strands: Uint8Array.from(step.strands),
      logitsRows: Int32Array.from(logitsRows),
    });
    assertRowsClose(typed, expected, 0, 'typed arrays');
  });

  test('arrays that change after the call do not change the pass', async (model) => {
    const expected = (
      await feedRun(model, model.createCache(), { strand: TRUNK, tokens: prefix, start: 0 })
    ).at(-1)!;
    const cache = model.createCache();
    const other = cache.strands.add(TRUNK);
    const changing = {
      tokens: [...step.tokens],
      positions: [...step.positions],
      strands: [...step.strands],
      logitsRows: [prefix.length - 1],
    };
    const pass = model.forward(cache, changing);
    changing.tokens.fill(0);
    changing.positions.fill(7);
    changing.strands.fill(other);
    changing.logitsRows[0] = 0;
    assertRowsClose(await pass, [expected], toleranceOf(model).equivalent, 'the last row');
    assert(
      cache.slots.strands.every((strand) => strand === TRUNK),
      'the slots must keep the strands of the call',
    );
  });
}
