import { cp, mkdtemp, readdir, readFile, rm, stat, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { defaultCacheFolder, type LoadProgress, loadDecoder } from '@beltline/node';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';

const golden = (architecture: string) =>
  fileURLToPath(new URL(`../../../fixtures/golden/${architecture}`, import.meta.url));
const embedded = fileURLToPath(new URL('../../model-tiny/files', import.meta.url));

let scratch: string;
let cacheFolder: string;
beforeEach(async () => {
  scratch = await mkdtemp(join(tmpdir(), 'beltline-node-'));
  cacheFolder = join(scratch, 'cache');
});
afterEach(() => rm(scratch, { recursive: true }));

/** A copy of a golden model that may be damaged. */
async function copyModel(architecture = 'llama'): Promise<string> {
  const folder = join(scratch, 'model');
  await cp(golden(architecture), folder, { recursive: true });
  return folder;
}

async function cachedFiles(): Promise<string[]> {
  const files = await readdir(cacheFolder, { recursive: true });
  return files.filter((file) => file.endsWith('.onnx')).map((file) => join(cacheFolder, file));
}

describe('a checkpoint folder', () => {
  test.each(['llama', 'qwen2', 'qwen3'])(
    'of the architecture %s decodes as PyTorch did',
    async (architecture) => {
      const { sequentialGreedy } = JSON.parse(
        await readFile(join(golden(architecture), 'golden.json'), 'utf8'),
      );
      const decoder = await loadDecoder(golden(architecture), { precision: 'fp32', cacheFolder });
      const { prompt, newTokens } = sequentialGreedy;
      const result = await decoder
        .generate({ tokens: prompt }, { mode: 'sequential', maxTokens: newTokens.length })
        .result();
      expect(result.tokens).toEqual(newTokens);
      await decoder.dispose();
    },
  );

  test.each(['int4', 'int8', 'w8a8'] as const)('runs in %s too', async (precision) => {
    const decoder = await loadDecoder(golden('qwen3'), { precision, cacheFolder });
    expect(decoder.model.capabilities.precision).toBe(precision);
    const result = await decoder.generate('hello', { maxTokens: 5 }).result();
    expect(result.finishReason).toBe('length');
    await decoder.dispose();
  });

  test('is told the format in the prompt, unless it is said to know it', async () => {
    const promptTokens = async (format?: 'trained' | 'instructions') => {
      const decoder = await loadDecoder(golden('qwen3'), { cacheFolder, ...(format && { format }) });
      const { statistics } = await decoder.generate('hello', { maxTokens: 1 }).result();
      await decoder.dispose();
      return statistics.promptTokens;
    };
    const instructed = await promptTokens();
    expect(await promptTokens('instructions')).toBe(instructed);
    expect(await promptTokens('trained')).toBeLessThan(instructed);
  });

  test('is built once, and again in its place when it changes', async () => {
    const folder = await copyModel();
    const builds: LoadProgress[] = [];
    const load = async () => {
      const before = builds.length;
      await (
        await loadDecoder(folder, { cacheFolder, onProgress: (progress) => builds.push(progress) })
      ).dispose();
      return builds.length > before;
    };
    expect(await load()).toBe(true);
    expect(builds.at(-1)).toMatchObject({ phase: 'build', done: builds.at(-1)?.total });
    expect(await load()).toBe(false);
    const config = join(folder, 'config.json');
    await writeFile(config, (await readFile(config, 'utf8')).replace('1e-06', '1e-05'));
    expect(await load()).toBe(true);
    // Another precision is another graph, which stays beside it.
    await (await loadDecoder(folder, { cacheFolder, precision: 'fp32' })).dispose();
    expect(await cachedFiles()).toHaveLength(2);
    expect(await load()).toBe(false);
  });

  test('is built again when its cache entry is damaged', async () => {
    await (await loadDecoder(golden('llama'), { cacheFolder })).dispose();
    const [graph] = await cachedFiles();
    const { size } = await stat(graph!);
    for (const length of [size - 10, 0]) {
      await truncate(graph!, length);
      await (await loadDecoder(golden('llama'), { cacheFolder })).dispose();
      expect((await stat(graph!)).size).toBe(size);
    }
  });

  test('may have a second graph for wide passes, which is kept beside the first', async () => {
    const load = async () => {
      let built = false;
      const onProgress = () => {
        built = true;
      };
      const decoder = await loadDecoder(golden('llama'), { wide: true, cacheFolder, onProgress });
      expect(decoder.model.capabilities).toMatchObject({ precision: 'int4', widePrecision: 'w8a8' });
      const { tokens } = await decoder.generate('hello, how are you today?', { maxTokens: 8 }).result();
      await decoder.dispose();
      return { tokens, built };
    };
    const first = await load();
    expect(first.built).toBe(true);
    expect(await cachedFiles()).toHaveLength(2);
    expect(await load()).toEqual({ ...first, built: false });
    // Either is built again where it is damaged, and the other stays as it is.
    for (const graph of await cachedFiles()) {
      const [other] = (await cachedFiles()).filter((file) => file !== graph);
      const { ino } = await stat(other!);
      await truncate(graph, 100);
      expect(await load()).toEqual(first);
      expect((await stat(other!)).ino).toBe(ino);
    }
    await (await loadDecoder(golden('llama'), { cacheFolder })).dispose();
    expect(await cachedFiles()).toHaveLength(2);
  });

  test('can be loaded twice at once', async () => {
    const decoders = await Promise.all([1, 2].map(() => loadDecoder(golden('llama'), { cacheFolder })));
    const answers = await Promise.all(
      decoders.map((decoder) => decoder.generate('hi', { maxTokens: 8 }).result()),
    );
    expect(answers[0]?.tokens).toEqual(answers[1]?.tokens);
    await Promise.all(decoders.map((decoder) => decoder.dispose()));
  });

  test('leaves nothing behind when its loading is aborted', async () => {
    const controller = new AbortController();
    const loading = loadDecoder(golden('llama'), {
      cacheFolder,
      signal: controller.signal,
      onProgress: () => controller.abort(new Error('enough')),
    });
    await expect(loading).rejects.toThrow('enough');
    expect(await cachedFiles()).toEqual([]);
  });
});

describe('a typed error is what comes of', () => {
  test.each<[string, object, (folder: string) => Promise<unknown>]>([
    [
      'missing weights',
      { name: 'ModelsError', code: 'MISSING_FILE' },
      (folder) => rm(join(folder, 'model.safetensors')),
    ],
    [
      'a missing tokenizer',
      { name: 'ModelsError', code: 'MISSING_FILE' },
      (folder) => rm(join(folder, 'tokenizer.json')),
    ],
    [
      'truncated weights',
      { name: 'GraphError' },
      (folder) => truncate(join(folder, 'model.safetensors'), 5000),
    ],
    [
      'no weights but a header',
      { name: 'GraphError' },
      (folder) => truncate(join(folder, 'model.safetensors'), 4),
    ],
    [
      'a config that is no JSON',
      { name: 'ModelsError', code: 'INVALID_JSON' },
      (folder) => writeFile(join(folder, 'config.json'), '{'),
    ],
    [
      'another architecture',
      { name: 'GraphError' },
      (folder) => writeFile(join(folder, 'config.json'), '{"model_type":"mamba"}'),
    ],
    [
      'an unfit tokenizer',
      { name: 'DecoderError', code: 'TOKENIZER_MISMATCH' },
      (folder) => cp(join(embedded, 'tokenizer.json'), join(folder, 'tokenizer.json')),
    ],
  ])('%s', async (_name, error, damage) => {
    const folder = await copyModel();
    await damage(folder);
    await expect(loadDecoder(folder, { cacheFolder })).rejects.toMatchObject(error);
  });

  test('a model that is not there', async () => {
    await expect(loadDecoder(join(scratch, 'nothing'))).rejects.toMatchObject({ code: 'MODEL_NOT_FOUND' });
    await expect(loadDecoder('huge')).rejects.toThrow('"tiny"');
  });

  test('a precision for a finished graph', async () => {
    await expect(loadDecoder('tiny', { precision: 'int4' })).rejects.toMatchObject({ code: 'UNSUPPORTED' });
  });

  test('wide passes for a finished graph, and beside w8a8', async () => {
    await expect(loadDecoder('tiny', { wide: true })).rejects.toMatchObject({ code: 'UNSUPPORTED' });
    const options = { wide: true, precision: 'w8a8', cacheFolder } as const;
    await expect(loadDecoder(golden('llama'), options)).rejects.toMatchObject({ code: 'UNSUPPORTED' });
  });

  test('a damaged belt-ready graph', async () => {
    const folder = join(scratch, 'damaged');
    await cp(embedded, folder, { recursive: true });
    await truncate(join(folder, 'model.onnx'), 1_000_000);
    await expect(loadDecoder(folder)).rejects.toMatchObject({ name: 'BackendError', code: 'LOAD_FAILED' });
  });
});

test('built graphs lie in the folder that the environment names', () => {
  expect(defaultCacheFolder({ BELTLINE_CACHE: '/a', XDG_CACHE_HOME: '/b' })).toBe('/a');
  expect(defaultCacheFolder({ XDG_CACHE_HOME: '/b' })).toBe(join('/b', 'beltline'));
  expect(defaultCacheFolder({})).toMatch(/beltline$/);
});
