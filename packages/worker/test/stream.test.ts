import { expect, test } from 'vitest';
import { startStream } from '../src/server/stream.ts';
import { delay } from './connect-worker.ts';

/** A stream of these texts, what was sent of it, and how many times its source was asked. */
function openStream({ texts, ahead, error }: { texts: string[]; ahead: boolean; error?: Error }) {
  const sent: (readonly unknown[])[] = [];
  const seen = { asked: 0, left: false };
  async function* open() {
    try {
      for (const text of texts) {
        seen.asked++;
        // As the decoder does before a forward pass.
        if (text === 'pass') stream.flush();
        else yield text;
      }
      seen.asked++;
      if (error) throw error;
    } finally {
      seen.left = true;
    }
  }
  const stream = startStream({ open, ahead, send: (values, done) => sent.push([...values, done]) });
  let failed: unknown;
  stream.ended.catch((reason) => {
    failed = reason;
  });
  return { stream, sent, seen, failed: () => failed };
}

test('a stream sends together what comes between two flushes, and holds one value back until it is pulled', async () => {
  const { stream, sent, seen } = openStream({ texts: ['a', 'b', 'pass', 'c', 'd'], ahead: true });
  await delay(1);
  expect(sent).toEqual([['a', 'b', false]]);
  // The pass has run meanwhile, and the one after it has not been asked for.
  expect(seen.asked).toBe(4);
  stream.flush();
  await delay(1);
  expect(sent).toHaveLength(1);
  stream.pull();
  await stream.ended;
  expect(sent).toEqual([
    ['a', 'b', false],
    ['c', 'd', true],
  ]);
});

test('a stream that does not read ahead asks its source for each value only when it is asked itself', async () => {
  const { stream, sent, seen } = openStream({ texts: ['a', 'b'], ahead: false });
  for (const asked of [1, 2]) {
    await delay(1);
    expect(seen.asked).toBe(asked);
    expect(sent).toHaveLength(asked);
    stream.pull();
  }
  await stream.ended;
  expect(sent).toEqual([['a', false], ['b', false], [true]]);
});

test('a stream sends what came before an error first, and fails when more is asked for', async () => {
  const { stream, sent, failed } = openStream({ texts: ['a'], ahead: true, error: new Error('broken') });
  await delay(1);
  expect(sent).toEqual([['a', false]]);
  expect(failed()).toBeUndefined();
  stream.pull();
  await expect(stream.ended).rejects.toThrow('broken');
});

test('a stream that is stopped leaves its source, and says nothing more', async () => {
  const { stream, sent, seen } = openStream({ texts: ['a', 'b'], ahead: false, error: new Error('broken') });
  await delay(1);
  stream.stop();
  await stream.ended;
  expect(seen).toEqual({ asked: 1, left: true });
  expect(sent).toEqual([['a', false]]);
});
