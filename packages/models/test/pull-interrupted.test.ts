import { open, readdir, stat, utimes, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { PullEvent } from '@beltline/models';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { digestOf, entries, refuse, sendFile, sendJson } from './fake-hub.ts';
import { always, cut, inTurn, onList, onWeights, send, stall } from './hub-faults.ts';
import {
  expectWeights,
  failure,
  QUICK,
  ranges,
  type Setup,
  setUp,
  TEXTS,
  WEIGHTS,
  WEIGHTS_PATH,
} from './hub-setup.ts';

const partOf = ({ folder }: Setup) => join(folder, 'blobs', `${digestOf(WEIGHTS)}.beltline-part`);

describe('a cut connection', () => {
  test('is taken up where it ended, as often as it brings something', async () => {
    const setup = await setUp();
    setup.hub.fault = onWeights(cut(60_000), 4);
    const { folder } = await setup.pull();
    await expectWeights(setup, folder);
    expect(ranges(setup)).toEqual([
      undefined,
      'bytes=60000-',
      'bytes=120000-',
      'bytes=180000-',
      'bytes=240000-',
    ]);
    expect(setup.notices()).toEqual(Array(4).fill('retrying'));
  });

  test('that brings nothing is given up after some attempts, and nothing is lost', async () => {
    const setup = await setUp();
    setup.hub.fault = inTurn(onWeights(cut(70_000), 1), onWeights(cut(0)));
    const error = await failure(setup);
    expect(error).toMatchObject({ code: 'NETWORK', path: WEIGHTS_PATH });
    expect(error.message).toContain('check the network');
    expect(ranges(setup)).toHaveLength(1 + QUICK.attempts);
    expect((await stat(partOf(setup))).size).toBe(70_000);
    setup.hub.fault = undefined;
    setup.hub.requests.length = 0;
    await expectWeights(setup);
    expect(ranges(setup)).toEqual(['bytes=70000-']);
  });

  test('while files are listed is tried again', async () => {
    const setup = await setUp();
    setup.hub.fault = onList(
      always((_, response) => {
        response.writeHead(200, { 'content-type': 'application/json' });
        response.write('[{"type":', () => response.destroy());
      }),
      1,
    );
    await expectWeights(setup);
    expect(setup.notices()).toEqual(['retrying']);
  });

  test('that stays open and silent is cut here', async () => {
    const setup = await setUp();
    setup.hub.fault = onWeights(stall(1000), 1);
    await expectWeights(setup);
    expect(ranges(setup)).toEqual([undefined, 'bytes=1000-']);
  });
});

describe('an abort', () => {
  test('leaves what has arrived to the next call, which goes on from there', async () => {
    const setup = await setUp();
    const controller = new AbortController();
    const reason = new Error('enough');
    setup.hub.fault = onWeights(stall(100_000), 1);
    const onProgress = (event: PullEvent) => {
      if (event.type === 'pull-delta' && event.file === WEIGHTS_PATH) controller.abort(reason);
    };
    expect(await failure(setup, { signal: controller.signal, onProgress })).toBe(reason);
    const { size } = await stat(partOf(setup));
    expect(size).toBeGreaterThan(0);
    expect(await readdir(join(setup.folder, 'refs')).catch(() => [])).toEqual([]);
    setup.hub.requests.length = 0;
    await expectWeights(setup);
    expect(ranges(setup)).toEqual([`bytes=${size}-`]);
    expect(setup.notices()).toEqual(['resuming']);
    const start = setup.events.find((event) => event.type === 'pull-start')!;
    expect(start.done).toBeGreaterThanOrEqual(size);
  });

  test('before the start asks nothing', async () => {
    const setup = await setUp();
    expect(await failure(setup, { signal: AbortSignal.abort('why') })).toBe('why');
    expect(setup.hub.requests).toEqual([]);
  });

  test('ends a wait as well', async () => {
    const setup = await setUp();
    setup.hub.fault = always((_, response) =>
      refuse(response, 429, undefined, 'slow', { 'retry-after': '1' }),
    );
    const started = Date.now();
    const signal = AbortSignal.timeout(100);
    await expect(setup.pull({ signal })).rejects.toMatchObject({ name: 'TimeoutError' });
    expect(Date.now() - started).toBeLessThan(800);
  });
});

describe('a partial file', () => {
  test('is started over when the server sends all of it', async () => {
    const setup = await setUp();
    setup.hub.fault = inTurn(onWeights(cut(50_000), 1), onWeights(send(), 1));
    await expectWeights(setup);
    expect(ranges(setup)).toEqual([undefined, 'bytes=50000-']);
  });

  test.each([
    ['wrong', Buffer.alloc(1000, 7), ['resuming', 'damaged']],
    ['too long', Buffer.alloc(WEIGHTS.length + 1, 7), []],
  ])('that is %s is thrown away', async (_, content, notices) => {
    const setup = await setUp();
    setup.hub.fault = onWeights(cut(0));
    await failure(setup);
    setup.hub.fault = undefined;
    setup.events.length = 0;
    await writeFile(partOf(setup), content);
    await expectWeights(setup);
    expect(setup.notices()).toEqual(notices);
  });
});

describe('a partial file on Windows', () => {
  test('is started over, though a handle that only appends cannot cut it', async () => {
    const setup = await setUp();
    setup.hub.fault = onWeights(cut(0));
    await failure(setup);
    await writeFile(partOf(setup), Buffer.alloc(WEIGHTS.length + 1, 7));
    const handle = await open(partOf(setup));
    await handle.close();
    const cutting = vi.spyOn(Object.getPrototypeOf(handle), 'truncate').mockRejectedValue(new Error('EPERM'));
    onTestFinished(() => cutting.mockRestore());
    setup.hub.requests.length = 0;
    setup.hub.fault = inTurn(onWeights(cut(50_000), 1), onWeights(send(), 1));
    await expectWeights(setup);
    expect(ranges(setup)).toEqual([undefined, 'bytes=50000-']);
  });
});

test('a partial file is taken over from a process that shows no sign of life, yet may still write', async () => {
  const setup = await setUp();
  setup.hub.fault = inTurn(onWeights(cut(70_000), 1), onWeights(cut(0)));
  await failure(setup);
  setup.hub.fault = undefined;
  setup.hub.requests.length = 0;
  const lock = join(
    dirname(setup.folder),
    '.locks',
    'models--owner--small-model',
    `${digestOf(WEIGHTS)}.beltline-lock`,
  );
  await writeFile(lock, JSON.stringify({ process: 1, host: 'elsewhere', id: 'other' }));
  await utimes(lock, 1, 1);
  const former = await open(partOf(setup), 'a');
  const { folder } = await setup.pull();
  await former.appendFile('late');
  await former.close();
  expect(ranges(setup)).toEqual(['bytes=70000-']);
  await expectWeights(setup, folder);
  expect(await readdir(join(setup.folder, 'blobs'))).toHaveLength(TEXTS.length + 2);
});

describe('other content than was listed', () => {
  test('is fetched once more, and then taken if it is right', async () => {
    const setup = await setUp();
    const change = (content: Buffer) => Buffer.from(content).fill(content[5000]! + 1, 5000, 5001);
    setup.hub.fault = onWeights(send(change), 1);
    await expectWeights(setup);
    expect(setup.notices()).toEqual(['damaged']);
  });

  test('is refused if it comes again, and nothing of it stays', async () => {
    const setup = await setUp();
    setup.hub.fault = onWeights(send((content) => Buffer.from(content).reverse()));
    const error = await failure(setup);
    expect(error).toMatchObject({ code: 'INTEGRITY', path: WEIGHTS_PATH });
    expect(error.message).toContain(digestOf(WEIGHTS));
    expect(await readdir(join(setup.folder, 'blobs'))).toHaveLength(TEXTS.length + 1);
  });

  test('is noticed where the file changes in the middle of a download', async () => {
    const setup = await setUp();
    const changed = always((request, response) =>
      sendFile(Buffer.alloc(WEIGHTS.length, 9), request.headers.range, response),
    );
    setup.hub.fault = inTurn(onWeights(cut(150_000), 1), onWeights(changed, 1));
    await expectWeights(setup);
    expect(ranges(setup)).toEqual([undefined, 'bytes=150000-', undefined]);
    expect(setup.notices()).toEqual(['retrying', 'damaged']);
  });

  test.each([
    ['longer', (content: Buffer) => Buffer.concat([content, content])],
    ['shorter', (content: Buffer) => content.subarray(1)],
  ])('is refused before it is downloaded if it is %s', async (_, change) => {
    const setup = await setUp();
    setup.hub.fault = onWeights(send(change));
    const error = await failure(setup);
    expect(error).toMatchObject({ code: 'INTEGRITY', path: WEIGHTS_PATH });
    expect(error.message).toContain(`should have ${WEIGHTS.length} bytes`);
    expect((await stat(partOf(setup))).size).toBe(0);
  });

  test('is refused when it does not say its length and does not end', async () => {
    const setup = await setUp();
    setup.hub.fault = onWeights(
      always((_, response, content) => {
        response.writeHead(200);
        response.end(Buffer.concat([content!, content!]));
      }),
    );
    expect(await failure(setup)).toMatchObject({ code: 'INTEGRITY' });
  });
});

test('a list of files may come in pages', async () => {
  const setup = await setUp();
  const { hub } = setup;
  setup.environment.HF_TOKEN = 'secret';
  const listed = entries(hub.files);
  const half = listed.length / 2;
  hub.fault = onList(
    always((request, response) => {
      const isSecond = request.url!.includes('cursor=');
      const next = `<${hub.endpoint}${request.url}&cursor=x>; rel="next"`;
      if (!isSecond) response.setHeader('link', next);
      sendJson(response, isSecond ? listed.slice(half) : listed.slice(0, half));
    }),
  );
  await expectWeights(setup);
  expect(hub.requests.filter((line) => line.includes('/tree/'))).toHaveLength(2);
});
