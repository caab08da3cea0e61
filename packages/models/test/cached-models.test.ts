import { link, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  findCachedModel,
  formatHubSource,
  type HubSource,
  listCachedModels,
  removeCachedModel,
  resolveModel,
} from '@beltline/models';
import { describe, expect, test } from 'vitest';
import { COMMIT, digestOf, REPOSITORY } from './fake-hub.ts';
import { setUp, WEIGHTS, WEIGHTS_PATH } from './hub-setup.ts';
import { temporaryFolder } from './temporary-folder.ts';

const source: HubSource = { kind: 'hub', repository: REPOSITORY, revision: 'main', path: undefined };
const OTHER_COMMIT = 'd'.repeat(40);

/** A cache with two commits that differ in their configuration. */
async function twoCommits() {
  const setup = await setUp();
  await setup.pull();
  setup.hub.commit = OTHER_COMMIT;
  setup.hub.files = { ...setup.hub.files, 'config.json': '{ "model_type": "qwen3" }' };
  await setup.pull();
  return setup;
}

const blobs = async (folder: string) => (await readdir(join(folder, 'blobs'))).length;

describe('the list', () => {
  test('tells names, sizes, commits and weights', async () => {
    const { environment, folder } = await twoCommits();
    const [model, ...others] = await listCachedModels(environment);
    expect(others).toEqual([]);
    expect(model!.name).toBe(REPOSITORY);
    expect(model!.size).toBeGreaterThan(WEIGHTS.length);
    expect(model!.size).toBeLessThan(WEIGHTS.length + 5000);
    expect(Date.now() - model!.changed.getTime()).toBeLessThan(60_000);
    const weights = ['onnx/model_q4.onnx'];
    expect(model!.revisions).toEqual([
      { commit: COMMIT, names: [], folder: join(folder, 'snapshots', COMMIT), weights },
      { commit: OTHER_COMMIT, names: ['main'], folder: join(folder, 'snapshots', OTHER_COMMIT), weights },
    ]);
  });

  test('holds what other tools have left, and nothing else', async () => {
    const home = await temporaryFolder({
      'hub/models--google--bert--base/snapshots/x/config.json': '{}',
      'hub/datasets--a--b/refs/main': 'x',
      'hub/.locks/models--a--b/x.lock': '',
      'hub/version.txt': '1',
    });
    const models = await listCachedModels({ HF_HOME: home });
    expect(models.map(({ name, revisions }) => [name, revisions[0]!.weights])).toEqual([
      ['google/bert--base', []],
    ]);
  });

  test('is empty without a cache', async () => {
    expect(await listCachedModels({ HF_HOME: '/no/such/folder' })).toEqual([]);
  });
});

describe('the path', () => {
  test('is that of the commit that the revision stood for', async () => {
    const { environment, folder } = await twoCommits();
    const pathOf = (change: Partial<HubSource>) => findCachedModel({ ...source, ...change }, environment);
    expect(await pathOf({})).toBe(join(folder, 'snapshots', OTHER_COMMIT));
    expect(await pathOf({ revision: COMMIT })).toBe(join(folder, 'snapshots', COMMIT));
    expect(await pathOf({ path: 'config.json' })).toBe(
      join(folder, 'snapshots', OTHER_COMMIT, 'config.json'),
    );
  });

  test.each([
    { repository: 'owner/other' },
    { revision: 'v1' },
    { revision: 'e'.repeat(40) },
    { path: 'none.gguf' },
  ])('is refused where there is none: %j', async (change) => {
    const { environment } = await twoCommits();
    const other = { ...source, ...change };
    await expect(findCachedModel(other, environment)).rejects.toMatchObject({
      code: 'MODEL_NOT_FOUND',
      path: formatHubSource(other),
    });
  });
});

describe('a removal', () => {
  test('of all revisions leaves nothing', async () => {
    const { environment, folder } = await twoCommits();
    const freed = await removeCachedModel(source, { revisions: 'all', environment });
    expect(freed).toBeGreaterThan(WEIGHTS.length);
    expect(await listCachedModels(environment)).toEqual([]);
    expect(await stat(folder).catch(() => 'gone')).toBe('gone');
  });

  test('of one revision leaves what others use', async () => {
    const { environment, folder, pull, fetched } = await twoCommits();
    const before = await blobs(folder);
    // The model is in use, through hard links.
    await resolveModel(REPOSITORY, { environment });
    const size = async () => (await listCachedModels(environment))[0]!.size;
    expect(await size()).toBeLessThan(1.1 * WEIGHTS.length);
    await removeCachedModel({ ...source, revision: COMMIT }, { revisions: 'one', environment });
    expect(await blobs(folder)).toBe(before - 1);
    fetched();
    await pull();
    expect(fetched()).toEqual([]);
    await removeCachedModel(source, { revisions: 'one', environment });
    expect(await listCachedModels(environment)).toEqual([]);
  });

  test('of one revision leaves what another has as a hard link', async () => {
    const { environment, folder } = await twoCommits();
    const before = await blobs(folder);
    const weights = join(folder, 'snapshots', OTHER_COMMIT, WEIGHTS_PATH);
    await rm(weights);
    await link(join(folder, 'blobs', digestOf(WEIGHTS)), weights);
    await removeCachedModel({ ...source, revision: COMMIT }, { revisions: 'one', environment });
    expect(await blobs(folder)).toBe(before - 1);
  });

  test('of one revision leaves what other processes are downloading', async () => {
    const { environment, folder } = await twoCommits();
    const partial = ['.beltline-part', '.incomplete'].map((end) => digestOf('x') + end);
    for (const name of partial) await writeFile(join(folder, 'blobs', name), 'the first half');
    await removeCachedModel({ ...source, revision: COMMIT }, { revisions: 'one', environment });
    expect(await readdir(join(folder, 'blobs'))).toEqual(expect.arrayContaining(partial));
  });

  test('of one revision does without a folder of blobs', async () => {
    const { environment, folder } = await twoCommits();
    await rm(join(folder, 'blobs'), { recursive: true });
    await removeCachedModel({ ...source, revision: COMMIT }, { revisions: 'one', environment });
    const [model] = await listCachedModels(environment);
    expect(model!.revisions.map(({ commit }) => commit)).toEqual([OTHER_COMMIT]);
  });

  test.each(['all', 'one'] as const)('of %s that is not there is refused', async (revisions) => {
    const { environment } = await twoCommits();
    const other = { ...source, repository: 'owner/other' };
    await expect(removeCachedModel(other, { revisions, environment })).rejects.toMatchObject({
      code: 'MODEL_NOT_FOUND',
    });
    if (revisions === 'all') return;
    const revision = { ...source, revision: 'v1' };
    await expect(removeCachedModel(revision, { revisions, environment })).rejects.toMatchObject({
      code: 'MODEL_NOT_FOUND',
    });
  });
});
