import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { COMMIT, digestOf, entries, refuse, sendJson } from './fake-hub.ts';
import { always, onList, onRequests, onWeights } from './hub-faults.ts';
import { expectWeights, failure, QUICK, ranges, setUp, WEIGHTS, WEIGHTS_PATH } from './hub-setup.ts';

describe('a refusal', () => {
  const refuseFiles = (...given: [number, string | undefined, string]) =>
    onRequests(
      '/resolve/',
      always((_, response) => refuse(response, ...given)),
    );

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

  test.each([
    ['', 'EntryNotFound'],
    [', without a reason too', undefined],
  ])('of a file that was listed names it%s', async (_, reason) => {
    const setup = await setUp();
    setup.hub.fault = onWeights(always((_, response) => refuse(response, 404, reason, 'gone')));
    expect(await failure(setup)).toMatchObject({ code: 'MISSING_FILE', path: WEIGHTS_PATH });
  });
});

describe('a token that no header can hold', () => {
  test('is refused before anything is asked, and the variable named', async () => {
    const setup = await setUp();
    setup.environment.HF_TOKEN = 'secret…';
    const error = await failure(setup);
    expect(error).toMatchObject({ code: 'ACCESS_DENIED', path: 'HF_TOKEN' });
    expect(error.message).toContain('the token in HF_TOKEN');
    expect(error.message).not.toContain('secret');
    expect(setup.hub.requests).toEqual([]);
  });

  test('is refused with the name of its file', async () => {
    const setup = await setUp();
    const path = join(setup.environment.HF_HOME!, 'token');
    await writeFile(path, 'sec\nret');
    const error = await failure(setup);
    expect(error).toMatchObject({ code: 'ACCESS_DENIED', path });
    expect(error.message).toContain(path);
  });

  test('is no hindrance where nothing is asked', async () => {
    const setup = await setUp();
    await setup.pull();
    Object.assign(setup.environment, { HF_TOKEN: 'secret…', HF_HUB_OFFLINE: '1' });
    await expectWeights(setup);
  });
});

describe('a hub that wants to be left alone', () => {
  test('is asked again after the time it names', async () => {
    const setup = await setUp();
    setup.hub.fault = onRequests(
      '',
      always((_, response) => refuse(response, 429, undefined, 'Too many requests', { 'retry-after': '1' })),
      1,
    );
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
  const file = (change: object) => [
    { type: 'file', path: 'config.json', size: 2, oid: 'a'.repeat(40), ...change },
  ];

  test.each([
    ['a digest that is none', file({ oid: '../../../evil' })],
    ['a size that is none', file({ size: -1 })],
    ['no list', { error: 'none' }],
  ])('is refused: %s', async (_, value) => {
    const setup = await setUp();
    setup.hub.fault = onList(always((_, response) => sendJson(response, value)));
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

test.each(['../../evil', '/etc/passwd', 'c:\\evil', 'logs/run-12:00.txt'])(
  'a file that the cache cannot have is passed over: %s',
  async (path) => {
    const setup = await setUp();
    const listed = entries({ [path]: 'x', ...setup.hub.files });
    setup.hub.fault = onList(always((_, response) => sendJson(response, listed)));
    await expectWeights(setup);
    const kept = await readFile(join(setup.folder, '.beltline', 'listings', `${COMMIT}.json`), 'utf8');
    expect(JSON.parse(kept)).toEqual(Object.keys(setup.hub.files));
  },
);

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

  test('with nothing but finished graphs says so where one is to be built', async () => {
    const files = { 'config.json': '{}', 'tokenizer.json': '{ }', 'onnx/model_q4.onnx': 'x' };
    const error = await failure(await setUp(files), { toBuild: true });
    expect(error).toMatchObject({
      code: 'UNSUPPORTED',
      message: expect.stringContaining('a finished graph only'),
    });
  });
});

test('a model that the disk has no room for is refused before it is downloaded', async () => {
  const setup = await setUp();
  const listed = entries(setup.hub.files).map((file) =>
    file.path === WEIGHTS_PATH ? { ...file, lfs: { ...file.lfs, size: 2 ** 52 } } : file,
  );
  setup.hub.fault = onList(always((_, response) => sendJson(response, listed)));
  const error = await failure(setup);
  expect(error.code).toBe('CACHE_FAILED');
  expect(error.message).toMatch(/\d{16} bytes are to be downloaded, but .* has room for \d+/);
  expect(setup.fetched()).toEqual([]);
});

test('a cache that cannot be written to is told', async () => {
  const setup = await setUp();
  await writeFile(join(setup.environment.HF_HOME!, 'hub'), 'a file in place of the folder');
  const error = await failure(setup);
  expect(error).toMatchObject({ code: 'CACHE_FAILED' });
  expect(error.message).toContain('HF_HOME');
});

test('a cache that cannot be read is told, and not as one that cannot be written to', async () => {
  const setup = await setUp();
  const locks = join(setup.environment.HF_HOME!, 'hub', '.locks', 'models--owner--small-model');
  await mkdir(join(locks, `${digestOf(WEIGHTS)}.beltline-lock`), { recursive: true });
  const error = await failure(setup);
  expect(error).toMatchObject({ code: 'CACHE_FAILED' });
  expect(error.message).toMatch(/^cannot use the cache .*EISDIR/);
});
