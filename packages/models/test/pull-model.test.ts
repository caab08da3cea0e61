import {
  readdir,
  readFile,
  readlink,
  realpath,
  rm,
  stat,
  symlink,
  truncate,
  utimes,
  writeFile,
} from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { type ModelsError, type PullEvent, resolveModel } from '@beltline/models';
import { describe, expect, test } from 'vitest';
import { COMMIT, digestOf, REPOSITORY } from './fake-hub.ts';
import { MODEL_FILES, QUICK, setUp, TEXTS, WEIGHTS } from './hub-setup.ts';
import { temporaryFolder } from './temporary-folder.ts';

const INT4 = [...TEXTS, 'onnx/model_q4.onnx', 'onnx/model_q4.onnx_data'];

describe('a pull', () => {
  test('lays files out as the Python tools do', async () => {
    const { pull, folder } = await setUp();
    const pulled = await pull();
    expect(pulled).toMatchObject({ commit: COMMIT, folder: join(folder, 'snapshots', COMMIT) });
    expect(await readFile(join(folder, 'refs', 'main'), 'utf8')).toBe(COMMIT);
    const weights = join(pulled.folder, 'onnx', 'model_q4.onnx_data');
    expect(await readlink(weights)).toBe(join('..', '..', '..', 'blobs', digestOf(WEIGHTS)));
    expect(WEIGHTS.equals(await readFile(weights))).toBe(true);
    // The id that git gives this content: echo -n 'int4 graph' | git hash-object --stdin
    expect(await readlink(join(pulled.folder, 'onnx', 'model_q4.onnx'))).toBe(
      join('..', '..', '..', 'blobs', '0e60bc6b8701af3471328a77a2c153ec2e5fa4c4'),
    );
    expect((await readdir(join(folder, 'blobs'))).filter((name) => name.includes('.'))).toEqual([]);
  });

  test.each([
    [undefined, INT4],
    ['int4', INT4],
    ['fp32', [...TEXTS, 'onnx/model.onnx', 'onnx/model.onnx_data']],
    ['int8', [...TEXTS, 'model.safetensors']],
  ] as const)('for the precision %s fetches only what is needed for it', async (precision, files) => {
    const { pull, fetched } = await setUp();
    await pull(precision && { precision });
    expect(fetched()).toEqual(files);
  });

  test('for a graph that is to be built fetches no finished one', async () => {
    const { pull, fetched } = await setUp();
    await pull({ precision: 'int4', toBuild: true });
    expect(fetched()).toEqual([...TEXTS, 'model.safetensors']);
  });

  test('of a sharded checkpoint fetches the shards that its index names', async () => {
    const index =
      '{ "weight_map": { "x": "model-00001-of-00002.safetensors", "y": "model-00002-of-00002.safetensors" } }';
    const shards = { 'model-00001-of-00002.safetensors': 'one', 'model-00002-of-00002.safetensors': 'two' };
    const { pull, fetched } = await setUp({
      'config.json': '{}',
      'tokenizer.json': '{ }',
      'model.safetensors.index.json': index,
      'other.safetensors': 'other',
      ...shards,
    });
    await pull();
    const names = ['model.safetensors.index.json', 'config.json', 'tokenizer.json', ...Object.keys(shards)];
    expect(fetched()).toEqual(names);
  });

  test('of a repository with a manifest fetches the graph that it names', async () => {
    const manifest = '{ "graph": "belt/model.onnx", "externalData": ["weights.bin"], "format": "trained" }';
    const { pull, fetched } = await setUp({
      ...MODEL_FILES,
      'beltline.json': manifest,
      'belt/model.onnx': 'graph',
      'belt/weights.bin': 'weights',
    });
    await pull();
    expect(fetched()).toEqual(['beltline.json', ...TEXTS, 'belt/model.onnx', 'belt/weights.bin']);
  });

  test('of one GGUF file fetches nothing else', async () => {
    const { pull, fetched, folder } = await setUp({ 'a-Q4_0.gguf': 'four', 'sub/a-Q8_0.gguf': 'eight' });
    expect(await pull({}, { path: 'sub/a-Q8_0.gguf' })).toMatchObject({
      folder: join(folder, 'snapshots', COMMIT, 'sub'),
    });
    expect(fetched()).toEqual(['sub/a-Q8_0.gguf']);
  });

  test('of a folder in a repository takes it for the model', async () => {
    const { pull, fetched, folder } = await setUp({
      'cpu/genai_config.json': '{}',
      'cpu/tokenizer.json': '{ }',
      'cpu/model.onnx': 'graph',
      'cpu/model.onnx.data': 'data',
      'gpu/model.onnx': 'graph',
    });
    expect((await pull({}, { path: 'cpu' })).folder).toBe(join(folder, 'snapshots', COMMIT, 'cpu'));
    expect(fetched()).toEqual([
      'cpu/genai_config.json',
      'cpu/tokenizer.json',
      'cpu/model.onnx',
      'cpu/model.onnx.data',
    ]);
  });

  test('tells what it is at, from nothing to all', async () => {
    const { pull, events } = await setUp();
    const { folder } = await pull();
    const [first, ...rest] = events;
    const total = INT4.reduce((sum, name) => sum + Buffer.from(MODEL_FILES[name as 'config.json']).length, 0);
    expect(first).toMatchObject({ type: 'pull-start', model: REPOSITORY, commit: COMMIT, done: 0, total });
    expect(rest.pop()).toEqual({ type: 'pull-end', folder });
    const deltas = rest as Extract<PullEvent, { type: 'pull-delta' }>[];
    expect(new Set(deltas.map(({ type }) => type))).toEqual(new Set(['pull-delta']));
    expect(deltas.map(({ done }) => done)).toEqual(deltas.map(({ done }) => done).sort((a, b) => a - b));
    expect(deltas.at(-1)).toMatchObject({ file: 'onnx/model_q4.onnx_data', done: total });
  });

  test('sends the token of the environment to the hub and nowhere else', async () => {
    const { pull, hub, environment } = await setUp();
    const elsewhere = await setUp();
    environment.HF_TOKEN = ' secret\n';
    hub.fault = (request, response) => {
      if (!request.url!.endsWith('onnx_data')) return false;
      // Another origin, as the hub's storage is.
      response.writeHead(302, { location: `${elsewhere.hub.endpoint}${request.url}` }).end();
      return true;
    };
    await pull();
    expect(new Set(hub.authorizations)).toEqual(new Set(['Bearer secret']));
    expect(elsewhere.hub.authorizations).toEqual([undefined]);
  });

  test('uses the token that was left by a login', async () => {
    const { pull, hub, environment } = await setUp();
    await writeFile(join(environment.HF_HOME!, 'token'), 'kept\n');
    await pull();
    expect(new Set(hub.authorizations)).toEqual(new Set(['Bearer kept']));
  });
});

describe('what is in the cache', () => {
  test('is not fetched again', async () => {
    const { pull, fetched, events } = await setUp();
    await pull();
    expect(fetched()).toHaveLength(INT4.length);
    events.length = 0;
    await pull();
    expect(fetched()).toEqual([]);
    const [start, end] = events;
    expect(events).toHaveLength(2);
    expect(start).toMatchObject({ type: 'pull-start' });
    expect(end).toMatchObject({ type: 'pull-end' });
    if (start?.type === 'pull-start') expect(start.done).toBe(start.total);
  });

  test('serves a later commit, of which only what has changed is fetched', async () => {
    const { pull, hub, fetched, folder } = await setUp();
    await pull();
    fetched();
    hub.commit = 'd'.repeat(40);
    hub.files = { ...hub.files, 'config.json': '{ "model_type": "qwen3" }' };
    const pulled = await pull();
    expect(fetched()).toEqual(['config.json']);
    expect(await readFile(join(pulled.folder, 'config.json'), 'utf8')).toContain('qwen3');
    expect(await readFile(join(folder, 'snapshots', COMMIT, 'config.json'), 'utf8')).toContain('llama');
  });

  test.each([
    ['of another length', Buffer.concat([WEIGHTS, WEIGHTS])],
    ['of the same length', Buffer.from(WEIGHTS).reverse()],
  ])('is fetched again if it was replaced by something %s', async (_, content) => {
    const { pull, folder, fetched, notices } = await setUp();
    await pull();
    fetched();
    const blob = join(folder, 'blobs', digestOf(WEIGHTS));
    await writeFile(blob, content);
    await utimes(blob, 1, 1);
    const pulled = await pull();
    expect(fetched()).toEqual(['onnx/model_q4.onnx_data']);
    expect(notices()).toEqual(['damaged']);
    expect(WEIGHTS.equals(await readFile(join(pulled.folder, 'onnx/model_q4.onnx_data')))).toBe(true);
  });

  test('is read as a whole on demand, which finds damage that left no trace', async () => {
    const { pull, folder, fetched } = await setUp();
    await pull();
    fetched();
    const blob = join(folder, 'blobs', digestOf(WEIGHTS));
    await writeFile(blob, Buffer.from(WEIGHTS).reverse());
    const stamp = JSON.parse(
      await readFile(join(folder, '.beltline', 'verified', digestOf(WEIGHTS)), 'utf8'),
    );
    await utimes(blob, stamp.mtimeMs / 1000, stamp.mtimeMs / 1000);
    await pull({ verify: true });
    expect(fetched()).toEqual(['onnx/model_q4.onnx_data']);
  });

  test('is verified when another tool has put it there', async () => {
    const { pull, folder, fetched } = await setUp();
    await pull();
    fetched();
    await rm(join(folder, '.beltline'), { recursive: true });
    await pull();
    expect(fetched()).toEqual([]);
    expect(await readdir(join(folder, '.beltline', 'verified'))).toHaveLength(INT4.length);
  });

  test('is used where nothing can be written to it', async () => {
    const { pull, folder, fetched } = await setUp();
    await pull();
    fetched();
    for (const name of ['.beltline', 'refs']) {
      await rm(join(folder, name), { recursive: true });
      await writeFile(join(folder, name), 'a file in place of the folder');
    }
    await pull();
    expect(fetched()).toEqual([]);
  });

  test('is linked anew if a link is gone or leads elsewhere', async () => {
    const { pull, fetched } = await setUp();
    const { folder } = await pull();
    fetched();
    await rm(join(folder, 'config.json'));
    await symlink('tokenizer.json', join(folder, 'config.json'));
    await pull();
    expect(fetched()).toEqual([]);
    expect(await readFile(join(folder, 'config.json'), 'utf8')).toBe(MODEL_FILES['config.json']);
  });
});

describe('without network', () => {
  const failure = (pulled: Promise<unknown>) => pulled.catch((error: unknown) => error as ModelsError);

  test('the cache is used, and nothing is asked', async () => {
    const { pull, hub, environment } = await setUp();
    const online = await pull();
    hub.requests.length = 0;
    environment.HF_HUB_OFFLINE = '1';
    expect(await pull()).toMatchObject({ commit: online.commit, folder: online.folder });
    expect(await pull({}, { revision: COMMIT })).toMatchObject({ folder: online.folder });
    expect(hub.requests).toEqual([]);
  });

  test('what is not in the cache is refused, with the reason', async () => {
    const { pull, environment } = await setUp();
    environment.HF_HUB_OFFLINE = 'yes';
    const error = await failure(pull());
    expect(error).toMatchObject({ code: 'OFFLINE' });
    expect((error as ModelsError).message).toContain('HF_HUB_OFFLINE');
  });

  test('what is there only in part is refused, with what is missing', async () => {
    const { pull, environment } = await setUp();
    const { folder } = await pull({ precision: 'int8' });
    await rm(join(folder, 'tokenizer.json'));
    environment.HF_HUB_OFFLINE = '1';
    const error = await failure(pull({ precision: 'int8' }));
    expect(error).toMatchObject({ code: 'OFFLINE' });
    expect((error as ModelsError).message).toContain('"tokenizer.json" is missing');
  });

  test('a graph without its weights is not taken for a model', async () => {
    const { pull, environment, folder } = await setUp();
    await pull({ precision: 'fp32' });
    await pull({ precision: 'int4' });
    await rm(join(folder, 'blobs', digestOf(WEIGHTS)));
    environment.HF_HUB_OFFLINE = '1';
    expect(await failure(pull({ precision: 'int4' }))).toMatchObject({ code: 'OFFLINE' });
    // Any precision will do: the other one is whole.
    const { files } = await pull();
    expect(files.filter((path) => path.includes('onnx')).map((path) => basename(path))).toEqual([
      'model.onnx',
      'model.onnx_data',
    ]);
    expect((await resolveModel(REPOSITORY, { environment })).weights).toMatchObject({
      graph: expect.stringMatching(/model\.onnx$/),
    });
  });

  test('a list of files that was cut short counts as none', async () => {
    const { pull, environment, folder } = await setUp();
    const online = await pull();
    await truncate(join(folder, '.beltline', 'listings', `${COMMIT}.json`), 10);
    environment.HF_HUB_OFFLINE = '1';
    expect(await pull()).toMatchObject({ folder: online.folder });
  });

  test('damage is noticed', async () => {
    const { pull, environment, folder } = await setUp();
    await pull();
    await writeFile(join(folder, 'blobs', digestOf(WEIGHTS)), 'short');
    environment.HF_HUB_OFFLINE = '1';
    expect(await failure(pull())).toMatchObject({ code: 'INTEGRITY' });
  });

  test('the cache stands in when the hub cannot be reached', async () => {
    const { pull, environment, notices } = await setUp();
    const online = await pull();
    environment.HF_ENDPOINT = 'http://127.0.0.1:9';
    expect(await pull()).toMatchObject({ folder: online.folder });
    expect(notices()).toEqual(['retrying', 'offline']);
    const other = { repository: 'owner/other' };
    expect(await failure(pull({}, other))).toMatchObject({ code: 'NETWORK', path: 'owner/other' });
  });

  test('a commit that was never pulled is asked for as often as a branch', async () => {
    const { pull, environment, notices } = await setUp();
    await pull();
    environment.HF_ENDPOINT = 'http://127.0.0.1:9';
    expect(await failure(pull({}, { revision: 'd'.repeat(40) }))).toMatchObject({ code: 'NETWORK' });
    expect(notices()).toEqual(Array(QUICK.attempts).fill('retrying'));
  });
});

describe('a model of the hub', () => {
  test('is resolved like a folder', async () => {
    const { environment, folder } = await setUp();
    const options = { environment, retry: QUICK };
    const files = await resolveModel(`hf:${REPOSITORY}`, options);
    const snapshot = join(folder, 'snapshots', COMMIT);
    expect(files).toMatchObject({
      name: REPOSITORY,
      source: 'hub',
      folder: snapshot,
      config: { model_type: 'llama' },
      chatTemplate: '{{ messages }}',
      format: 'instructions',
      weights: { kind: 'exported-graph' },
    });
    expect(await resolveModel(`${REPOSITORY}@main`, options)).toEqual(files);
    expect(await resolveModel(`hf:${REPOSITORY}@${COMMIT}`, { ...options, precision: 'int8' })).toMatchObject(
      {
        name: `${REPOSITORY}@${COMMIT}`,
        weights: { kind: 'checkpoint' },
      },
    );
  });

  test('has its graph and its weights in one folder without symbolic links, as onnxruntime wants them', async () => {
    const { environment, pull, folder } = await setUp();
    const resolve = async () => {
      const { weights } = await resolveModel(REPOSITORY, { environment, retry: QUICK });
      if (weights.kind !== 'exported-graph') throw new Error(weights.kind);
      return weights;
    };
    const { graph, externalData } = await resolve();
    expect([basename(graph), ...externalData.map((path) => basename(path))]).toEqual([
      'model_q4.onnx',
      'model_q4.onnx_data',
    ]);
    for (const path of [graph, ...externalData]) {
      expect(dirname(path)).toBe(dirname(graph));
      expect(await realpath(path)).toBe(path);
    }
    const [data] = externalData;
    expect((await stat(data!)).ino).toBe((await stat(join(folder, 'blobs', digestOf(WEIGHTS)))).ino);
    // A blob that is fetched again is another file.
    await rm(join(folder, 'blobs', digestOf(WEIGHTS)));
    await pull();
    expect(await resolve()).toEqual({ kind: 'exported-graph', graph, externalData });
    expect((await stat(data!)).ino).toBe((await stat(join(folder, 'blobs', digestOf(WEIGHTS)))).ino);
  });

  test('may be a GGUF file', async () => {
    const setup = await setUp({ 'a-Q4_0.gguf': 'four', 'a-Q8_0.gguf': 'eight' });
    const snapshot = join(setup.folder, 'snapshots', COMMIT);
    const options = { environment: setup.environment, retry: QUICK };
    expect(await resolveModel(`${REPOSITORY}/a-Q8_0.gguf`, options)).toMatchObject({
      name: `${REPOSITORY}/a-Q8_0.gguf`,
      weights: { kind: 'gguf', file: join(snapshot, 'a-Q8_0.gguf') },
    });
    expect((await resolveModel(REPOSITORY, options)).weights).toEqual({
      kind: 'gguf',
      file: join(snapshot, 'a-Q4_0.gguf'),
    });
  });

  test('gives way to a folder of the same name', async () => {
    const folder = await temporaryFolder({ 'owner/small-model/config.json': '{}' });
    const before = process.cwd();
    process.chdir(folder);
    try {
      await expect(resolveModel(REPOSITORY)).rejects.toMatchObject({
        code: 'MISSING_FILE',
        path: expect.stringContaining(join('owner', 'small-model')),
      });
    } finally {
      process.chdir(before);
    }
  });
});
