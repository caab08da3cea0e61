import { readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ModelsError, PullEvent } from '@beltline/models';
import { describe, expect, test } from 'vitest';
import { cutAfter, digestOf, entries, type Fault, refuse, sendFile, sendJson } from './fake-hub.ts';
import { QUICK, type Setup, setUp, TEXTS, WEIGHTS } from './hub-setup.ts';

const WEIGHTS_PATH = 'onnx/model_q4.onnx_data';

/** A fault that befalls requests for the weights, at most so many times. */
function onWeights(fault: Fault, times = Number.POSITIVE_INFINITY): Fault {
  let left = times;
  return (request, response, content) => {
    if (!request.url!.endsWith(WEIGHTS_PATH) || left === 0) return false;
    left -= 1;
    return fault(request, response, content);
  };
}

function always(answer: (...given: Parameters<Fault>) => void): Fault {
  return (...given) => {
    answer(...given);
    return true;
  };
}

const cut = (bytes: number) =>
  always((request, response, content) => cutAfter(bytes, content!, request, response));

async function failure(setup: Setup, ...given: Parameters<Setup['pull']>): Promise<ModelsError> {
  return setup.pull(...given).then(
    () => expect.fail('the pull succeeded'),
    (error) => error,
  );
}

async function expectWeights({ pull }: Setup, folder?: string) {
  const pulled = folder ?? (await pull()).folder;
  expect(WEIGHTS.equals(await readFile(join(pulled, WEIGHTS_PATH)))).toBe(true);
}

const partOf = ({ folder }: Setup) => join(folder, 'blobs', `${digestOf(WEIGHTS)}.beltline-part`);

/** Ranges of the requests for the weights. */
const ranges = ({ hub }: Setup) =>
  hub.requests.filter((line) => line.includes(WEIGHTS_PATH)).map((line) => line.split(' ')[2]);

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
    setup.hub.fault = onWeights((request, response, content) => {
      cutAfter(request.headers.range ? 0 : 70_000, content!, request, response);
      return true;
    });
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
    let cuts = 1;
    setup.hub.fault = (request, response) => {
      if (!request.url!.includes('/tree/') || cuts-- <= 0) return false;
      response.writeHead(200, { 'content-type': 'application/json' });
      response.write('[{"type":', () => response.destroy());
      return true;
    };
    await expectWeights(setup);
    expect(setup.notices()).toEqual(['retrying']);
  });

  test('that stays open and silent is cut here', async () => {
    const setup = await setUp();
    setup.hub.fault = onWeights(
      always((_, response, content) => {
        response.writeHead(200, { 'content-length': content!.length });
        response.write(content!.subarray(0, 1000));
      }),
      1,
    );
    await expectWeights(setup);
    expect(ranges(setup)).toEqual([undefined, 'bytes=1000-']);
  });
});

describe('an abort', () => {
  test('leaves what has arrived to the next call, which goes on from there', async () => {
    const setup = await setUp();
    const controller = new AbortController();
    const reason = new Error('enough');
    setup.hub.fault = onWeights(
      always((_, response, content) => {
        response.writeHead(200, { 'content-length': content!.length });
        response.write(content!.subarray(0, 100_000));
      }),
      1,
    );
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
    setup.hub.fault = onWeights(cut(50_000), 1);
    const whole = onWeights(
      always((_, response, content) => {
        response.writeHead(200, { 'content-length': content!.length }).end(content);
      }),
      1,
    );
    const first = setup.hub.fault;
    setup.hub.fault = (...given) => first(...given) || whole(...given);
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

describe('other content than was listed', () => {
  const send = (change: (content: Buffer) => Buffer) =>
    always((_, response, content) => {
      const other = change(content!);
      response.writeHead(200, { 'content-length': other.length }).end(other);
    });

  test('is fetched once more, and then taken if it is right', async () => {
    const setup = await setUp();
    setup.hub.fault = onWeights(
      send((content) => Buffer.from(content).fill(0, 5000, 5001)),
      1,
    );
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
    setup.hub.fault = onWeights(cut(150_000), 1);
    const first = setup.hub.fault;
    const changed = onWeights(
      always((request, response) =>
        sendFile(Buffer.alloc(WEIGHTS.length, 9), request.headers.range, response),
      ),
      1,
    );
    setup.hub.fault = (...given) => first(...given) || changed(...given);
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

describe('a refusal', () => {
  const refuseFiles =
    (...given: [number, string | undefined, string]): Fault =>
    (request, response) => {
      if (!request.url!.includes('/resolve/')) return false;
      refuse(response, ...given);
      return true;
    };

  test('of a gated model says what to do', async () => {
    const setup = await setUp();
    setup.hub.fault = refuseFiles(401, 'GatedRepo', 'Access to model owner/small-model is restricted.');
    const error = await failure(setup);
    expect(error.code).toBe('ACCESS_DENIED');
    expect(error.message).toContain(`accept its terms at ${setup.hub.endpoint}/owner/small-model`);
    expect(error.message).toContain('HF_TOKEN');
    setup.environment.HF_TOKEN = 'secret';
    setup.hub.fault = refuseFiles(403, 'GatedRepo', 'Access to model owner/small-model is restricted.');
    const refused = await failure(setup);
    expect(refused.code).toBe('ACCESS_DENIED');
    expect(refused.message).toContain('has not been let in');
    expect(refused.message).not.toContain('secret');
  });

  test('of a token tells that from a model that is not there', async () => {
    const setup = await setUp();
    setup.environment.HF_TOKEN = 'old';
    setup.hub.fault = always((_, response) => refuse(response, 401, undefined, 'Invalid credentials'));
    const error = await failure(setup);
    expect(error.code).toBe('ACCESS_DENIED');
    expect(error.message).toMatch(/401: Invalid credentials.*token is not valid/);
  });

  test('of a model that is not there, or private, tells both', async () => {
    const setup = await setUp();
    const error = await failure(setup, {}, { repository: 'owner/no-such-model' });
    expect(error).toMatchObject({ code: 'MODEL_NOT_FOUND', path: 'owner/no-such-model' });
    expect(error.message).toMatch(/there is no model "owner\/no-such-model".*HF_TOKEN.*private/);
  });

  test('of a revision names it', async () => {
    const error = await failure(await setUp(), {}, { revision: 'v9' });
    expect(error).toMatchObject({ code: 'MODEL_NOT_FOUND' });
    expect(error.message).toContain('no revision "v9"');
  });

  test('of a file that was listed names it', async () => {
    const setup = await setUp();
    setup.hub.fault = onWeights(always((_, response) => refuse(response, 404, 'EntryNotFound', 'gone')));
    expect(await failure(setup)).toMatchObject({ code: 'MISSING_FILE', path: WEIGHTS_PATH });
  });
});

describe('a hub that wants to be left alone', () => {
  test('is asked again after the time it names', async () => {
    const setup = await setUp();
    let asked = 0;
    setup.hub.fault = (_, response) => {
      asked += 1;
      if (asked > 1) return false;
      refuse(response, 429, undefined, 'Too many requests', { 'retry-after': '1' });
      return true;
    };
    const started = performance.now();
    await expectWeights(setup);
    expect(performance.now() - started).toBeGreaterThan(990);
    expect(setup.events[0]).toMatchObject({ notice: 'retrying', message: expect.stringContaining('1 s') });
  });

  test('for too long is not waited for', async () => {
    const setup = await setUp();
    setup.hub.fault = onWeights(
      always((_, response) =>
        refuse(response, 429, undefined, 'slow', { ratelimit: '"resolvers";r=0;t=3600' }),
      ),
    );
    const error = await failure(setup);
    expect(error.code).toBe('RATE_LIMITED');
    expect(error.message).toContain('try again in 3600 s');
    expect(ranges(setup)).toHaveLength(1);
  });

  test('because it is broken is asked some times', async () => {
    const setup = await setUp();
    setup.hub.fault = onWeights(
      always((_, response) => response.writeHead(503, { 'content-type': 'text/html' }).end('<html>')),
    );
    const error = await failure(setup);
    expect(error.code).toBe('HUB_FAILED');
    expect(error.message).toMatch(/the hub answered with status 503; try again later/);
    expect(ranges(setup)).toHaveLength(1 + QUICK.attempts);
  });
});

describe('nonsense', () => {
  const answerTree =
    (value: unknown): Fault =>
    (request, response) => {
      if (!request.url!.includes('/tree/')) return false;
      sendJson(response, value);
      return true;
    };
  const file = (change: object) => [
    { type: 'file', path: 'config.json', size: 2, oid: 'a'.repeat(40), ...change },
  ];

  test.each([
    ['a path that leads out of the cache', file({ path: '../../evil' })],
    ['an absolute path', file({ path: '/etc/passwd' })],
    ['a path with a drive', file({ path: 'c:\\evil' })],
    ['a digest that is none', file({ oid: '../../../evil' })],
    ['a size that is none', file({ size: -1 })],
    ['no list', { error: 'none' }],
  ])('is refused: %s', async (_, value) => {
    const setup = await setUp();
    setup.hub.fault = answerTree(value);
    expect(await failure(setup)).toMatchObject({ code: 'HUB_FAILED' });
    expect(await readdir(setup.environment.HF_HOME!)).toEqual([]);
  });

  test('is refused: a page in place of JSON, from what is no hub', async () => {
    const setup = await setUp();
    setup.hub.fault = always((_, response) => response.end('<html>welcome</html>'));
    const error = await failure(setup);
    expect(error.code).toBe('HUB_FAILED');
    expect(error.message).toContain('is HF_ENDPOINT right?');
  });

  test('is refused: an endpoint that is no URL', async () => {
    const setup = await setUp();
    setup.environment.HF_ENDPOINT = 'huggingface.co';
    expect((await failure(setup)).message).toContain('HF_ENDPOINT must be a URL');
  });
});

describe('a repository', () => {
  test.each([
    ['without weights', { 'config.json': '{}', 'tokenizer.json': '{ }' }, 'UNSUPPORTED', /found: none/],
    [
      'with weights of another kind',
      { 'config.json': '{}', 'tokenizer.json': '{ }', 'pytorch_model.bin': 'x' },
      'UNSUPPORTED',
      /found: pytorch_model.bin/,
    ],
    [
      'without a tokenizer',
      { 'config.json': '{}', 'model.safetensors': 'x' },
      'MISSING_FILE',
      /"tokenizer.json" is missing in "owner\/small-model", which holds config.json, model.safetensors/,
    ],
  ])('%s is refused before anything is fetched', async (_, files, code, message) => {
    const setup = await setUp(files);
    const error = await failure(setup);
    expect(error.code).toBe(code);
    expect(error.message).toMatch(message);
    expect(setup.fetched()).toEqual([]);
  });

  test('without the precision asked for says so', async () => {
    const files = { 'config.json': '{}', 'tokenizer.json': '{ }', 'onnx/model_q4.onnx': 'x' };
    const error = await failure(await setUp(files), { precision: 'fp32' });
    expect(error.code).toBe('UNSUPPORTED');
    expect(error.message).toMatch(/no weights that come in fp32.*onnx\/model_q4.onnx/);
  });
});

test('a model that the disk has no room for is refused before it is downloaded', async () => {
  const setup = await setUp();
  setup.hub.fault = (request, response) => {
    if (!request.url!.includes('/tree/')) return false;
    const listed = entries(setup.hub.files);
    sendJson(
      response,
      listed.map((file) =>
        file.path === WEIGHTS_PATH ? { ...file, lfs: { ...file.lfs, size: 2 ** 52 } } : file,
      ),
    );
    return true;
  };
  const error = await failure(setup);
  expect(error.code).toBe('CACHE_FAILED');
  expect(error.message).toMatch(/\d{16} bytes are to be downloaded, but .* has room for \d+/);
  expect(setup.fetched()).toEqual([]);
});

test('a list of files may come in pages', async () => {
  const setup = await setUp();
  const { hub } = setup;
  setup.environment.HF_TOKEN = 'secret';
  const half = Object.keys(hub.files).length / 2;
  hub.fault = (request, response) => {
    if (!request.url!.includes('/tree/')) return false;
    const isSecond = request.url!.includes('cursor=');
    const next = `<${hub.endpoint}${request.url}&cursor=x>; rel="next"`;
    if (!isSecond) response.setHeader('link', next);
    const listed = entries(hub.files);
    sendJson(response, isSecond ? listed.slice(half) : listed.slice(0, half));
    return true;
  };
  await expectWeights(setup);
  expect(hub.requests.filter((line) => line.includes('/tree/'))).toHaveLength(2);
});

test('a cache that cannot be written to is told', async () => {
  const setup = await setUp();
  await writeFile(join(setup.environment.HF_HOME!, 'hub'), 'a file in place of the folder');
  const error = await failure(setup);
  expect(error).toMatchObject({ code: 'CACHE_FAILED' });
  expect(error.message).toContain('HF_HOME');
});
