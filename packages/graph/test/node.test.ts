import { cp, mkdir, mkdtemp, readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { TensorSource } from '../src/index.ts';
import { buildGraphFile, openCheckpointFolder, writeGraphFiles } from '../src/node/index.ts';
import { causalStep, openBeltSession } from './belt-session.ts';
import { openFolder, tinyModel } from './build.ts';
import { beltStep, type Golden, greatestDifference, readGolden } from './golden.ts';

let folder: string;
let golden: Golden;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'beltline-graph-'));
  golden = await readGolden('qwen2');
});
afterEach(() => rm(folder, { recursive: true }));

async function openFile(output: string) {
  const path = join(output, 'model.onnx');
  return openBeltSession(await readFile(path), 64, path);
}

async function beltLogits(session: Awaited<ReturnType<typeof openFile>>): Promise<Float32Array[]> {
  await session.forward(causalStep(0, golden.prefix, []));
  const logits = await session.forward(beltStep(golden));
  await session.release();
  return logits;
}

describe('graph files', () => {
  test.each(['fp32', 'int8', 'int4'] as const)('run like the one-file graph (%s)', async (precision) => {
    const output = join(folder, 'new', 'belt');
    const info = await buildGraphFile({ folder: golden.folder, output, precision });
    expect((await readdir(output)).sort()).toEqual(['model.onnx', 'model.onnx.data']);
    expect((await readFile(join(output, 'model.onnx'))).length).toBeLessThan(60_000);
    const session = await openFile(output);
    expect(session.info).toEqual(info);
    const expected = await beltLogits(await openFolder(golden.folder, 64, precision));
    expect(greatestDifference(await beltLogits(session), expected)).toBe(0);
  });

  test('replace older ones, and a failed build leaves those as they were', async () => {
    await buildGraphFile({ folder: golden.folder, output: folder, precision: 'int4' });
    await buildGraphFile({ folder: golden.folder, output: folder, precision: 'int8' });
    const files = async () => [
      await readFile(join(folder, 'model.onnx')),
      await readFile(join(folder, 'model.onnx.data')),
    ];
    const before = await files();
    const { config, tensors } = tinyModel();
    const failing: TensorSource = {
      ...tensors,
      async readRows(name, first, end) {
        if (name === 'model.norm.weight') throw new Error('the disk is gone');
        return tensors.readRows(name, first, end);
      },
    };
    await expect(writeGraphFiles(folder, { config, tensors: failing })).rejects.toThrow('the disk is gone');
    const controller = new AbortController();
    const onProgress = (): void => controller.abort();
    const aborted = buildGraphFile({
      folder: golden.folder,
      output: folder,
      onProgress,
      signal: controller.signal,
    });
    await expect(aborted).rejects.toMatchObject({ name: 'AbortError' });
    expect(await files()).toEqual(before);
    expect(await readdir(folder)).toHaveLength(2);
  });
});

test('a place that cannot be written is refused', async () => {
  const file = join(folder, 'file');
  await writeFile(file, '');
  const refused = buildGraphFile({ folder: golden.folder, output: join(file, 'belt') });
  await expect(refused).rejects.toMatchObject({ name: 'GraphError', code: 'UNWRITABLE_FILE' });
});

describe('checkpoint folders', () => {
  test('may have their weights in shards', async () => {
    const whole = await openCheckpointFolder(golden.folder);
    const names = [...whole.tensors.tensors.keys()];
    const shards = [names.slice(0, 9), names.slice(9)];
    const weightMap: Record<string, string> = {};
    for (const [index, part] of shards.entries()) {
      const file = `model-0000${index + 1}-of-00002.safetensors`;
      for (const name of part) weightMap[name] = file;
      await writeFile(join(folder, file), await safetensors(whole.tensors, part));
    }
    await cp(join(golden.folder, 'config.json'), join(folder, 'config.json'));
    await writeFile(join(folder, 'model.safetensors.index.json'), JSON.stringify({ weight_map: weightMap }));
    const sharded = await openCheckpointFolder(folder);
    expect(new Set(sharded.tensors.tensors.keys())).toEqual(new Set(names));
    for (const name of names) {
      const rows = whole.tensors.tensors.get(name)!.shape[0]!;
      expect(await sharded.tensors.readRows(name, 0, rows)).toEqual(
        await whole.tensors.readRows(name, 0, rows),
      );
    }
    await Promise.all([whole.close(), sharded.close()]);
  });

  test.each<[string, string, (folder: string) => Promise<void>]>([
    ['a missing config', 'UNREADABLE_FILE', (path) => rm(join(path, 'config.json'))],
    ['a config that is no JSON', 'INVALID_CONFIG', (path) => writeFile(join(path, 'config.json'), '{')],
    ['missing weights', 'UNREADABLE_FILE', (path) => rm(join(path, 'model.safetensors'))],
    [
      'truncated weights',
      'INVALID_SAFETENSORS',
      (path) => truncate(join(path, 'model.safetensors'), 500_000),
    ],
    [
      'a folder for a file',
      'UNREADABLE_FILE',
      async (path) => {
        await rm(join(path, 'model.safetensors'));
        await mkdir(join(path, 'model.safetensors'));
      },
    ],
    [
      'an index without shards',
      'INVALID_CHECKPOINT',
      (path) => writeFile(join(path, 'model.safetensors.index.json'), '{}'),
    ],
    [
      'an index that leads elsewhere',
      'INVALID_CHECKPOINT',
      (path) =>
        writeFile(join(path, 'model.safetensors.index.json'), '{"weight_map":{"a":"../model.safetensors"}}'),
    ],
    [
      'a missing shard',
      'UNREADABLE_FILE',
      (path) =>
        writeFile(join(path, 'model.safetensors.index.json'), '{"weight_map":{"a":"model-1.safetensors"}}'),
    ],
  ])('with %s are refused', async (_, code, damage) => {
    await cp(golden.folder, folder, { recursive: true });
    await damage(folder);
    const output = join(folder, 'belt');
    await expect(buildGraphFile({ folder, output })).rejects.toMatchObject({ name: 'GraphError', code });
    expect(await readdir(folder)).not.toContain('belt');
  });
});

async function safetensors(source: TensorSource, names: readonly string[]): Promise<Uint8Array> {
  const header: Record<string, unknown> = {};
  const data: Uint8Array[] = [];
  let end = 0;
  for (const name of names) {
    const { shape } = source.tensors.get(name)!;
    const values = await source.readRows(name, 0, shape[0]!);
    data.push(new Uint8Array(values.buffer, values.byteOffset, values.byteLength));
    header[name] = { dtype: 'F32', shape, data_offsets: [end, end + values.byteLength] };
    end += values.byteLength;
  }
  const json = Buffer.from(JSON.stringify(header));
  const length = new Uint8Array(BigUint64Array.of(BigInt(json.length)).buffer);
  return Buffer.concat([length, json, ...data]);
}
