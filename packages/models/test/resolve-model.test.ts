import { basename, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { DEFAULT_MODEL, EMBEDDED_MODELS, ModelsError, resolveModel } from '@beltline/models';
import { describe, expect, test } from 'vitest';
import { temporaryFolder } from './temporary-folder.ts';

const CHECKPOINT = { 'config.json': '{"a":1}', 'tokenizer.json': '{"b":2}', 'model.safetensors': 'weights' };
const INDEX = '{ "weight_map": { "x": "a.safetensors", "y": "a.safetensors" } }';
const { 'model.safetensors': _, ...WITHOUT_WEIGHTS } = CHECKPOINT;

async function failure(source: string | Promise<string>): Promise<ModelsError> {
  const error = await resolveModel(await source).catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(ModelsError);
  return error as ModelsError;
}

describe('a folder', () => {
  test('with a checkpoint gives its files, and needs instructions', async () => {
    const folder = await temporaryFolder({ ...CHECKPOINT, 'chat_template.jinja': 'hello' });
    expect(await resolveModel(folder)).toEqual({
      name: basename(folder),
      source: 'path',
      folder,
      weights: { kind: 'checkpoint' },
      format: 'instructions',
      config: { a: 1 },
      tokenizer: { b: 2 },
      tokenizerConfig: undefined,
      generationConfig: undefined,
      chatTemplate: 'hello',
    });
  });

  test('may be given relative to the working directory', async () => {
    const folder = await temporaryFolder(CHECKPOINT);
    expect((await resolveModel(relative(process.cwd(), folder))).folder).toBe(folder);
  });

  test('with a sharded checkpoint is one too', async () => {
    const files = { ...WITHOUT_WEIGHTS, 'model.safetensors.index.json': INDEX, 'a.safetensors': 'weights' };
    expect((await resolveModel(await temporaryFolder(files))).weights).toEqual({ kind: 'checkpoint' });
  });

  test('with a manifest gives its graph and format', async () => {
    const manifest = '{ "graph": "onnx/belt.onnx", "format": "trained" }';
    const files = { ...WITHOUT_WEIGHTS, 'onnx/belt.onnx': 'graph', 'beltline.json': manifest };
    const folder = await temporaryFolder(files);
    expect(await resolveModel(folder)).toMatchObject({
      weights: { kind: 'belt-graph', graph: join(folder, 'onnx', 'belt.onnx') },
      format: 'trained',
    });
  });

  test('with a checkpoint may say that the model was trained on the format', async () => {
    const folder = await temporaryFolder({ ...CHECKPOINT, 'beltline.json': '{ "format": "trained" }' });
    expect(await resolveModel(folder)).toMatchObject({ weights: { kind: 'checkpoint' }, format: 'trained' });
  });

  test('as transformers writes it resolves', async () => {
    const folder = fileURLToPath(new URL('../../../fixtures/golden/qwen3', import.meta.url));
    const { name, config, chatTemplate } = await resolveModel(folder);
    expect({ name, config }).toMatchObject({ name: 'qwen3', config: { model_type: 'qwen3' } });
    expect(chatTemplate).toContain('<|im_start|>');
  });
});

describe('a graph of another exporter', () => {
  test('is found with all its data, in the precision asked for', async () => {
    const folder = await temporaryFolder({
      ...CHECKPOINT,
      'onnx/model.onnx': 'graph',
      'onnx/model.onnx_data': 'data',
      'onnx/model_q4.onnx': 'graph',
      'onnx/model_q4.onnx_data': 'data',
      'onnx/model_q4.onnx_data_1': 'data',
    });
    const data = ['model_q4.onnx_data', 'model_q4.onnx_data_1'].map((name) => join(folder, 'onnx', name));
    const int4 = {
      kind: 'exported-graph',
      graph: join(folder, 'onnx', 'model_q4.onnx'),
      externalData: data,
    };
    expect((await resolveModel(folder)).weights).toEqual(int4);
    expect((await resolveModel(folder, { precision: 'int4' })).weights).toEqual(int4);
    expect((await resolveModel(folder, { precision: 'fp32' })).weights).toMatchObject({
      graph: join(folder, 'onnx', 'model.onnx'),
    });
    expect((await resolveModel(folder, { precision: 'int8' })).weights).toEqual({ kind: 'checkpoint' });
    expect((await resolveModel(folder, { toBuild: true })).weights).toEqual({ kind: 'checkpoint' });
  });

  test('of onnxruntime-genai has its configuration elsewhere', async () => {
    const folder = await temporaryFolder({
      'genai_config.json': '{ "model": { "eos_token_id": 2 } }',
      'tokenizer.json': '{}',
      'model.onnx': 'graph',
      'model.onnx.data': 'data',
    });
    expect(await resolveModel(folder)).toMatchObject({
      weights: {
        kind: 'exported-graph',
        graph: join(folder, 'model.onnx'),
        externalData: [join(folder, 'model.onnx.data')],
      },
      config: undefined,
      generationConfig: { eos_token_id: 2 },
    });
  });
});

describe('a GGUF file', () => {
  test('is a model of its own, whatever lies beside it', async () => {
    const folder = await temporaryFolder({ 'a-Q8_0.gguf': 'weights', 'config.json': 'no JSON' });
    const file = join(folder, 'a-Q8_0.gguf');
    expect(await resolveModel(file)).toMatchObject({
      name: 'a-Q8_0.gguf',
      source: 'path',
      folder,
      weights: { kind: 'gguf', file },
      format: 'instructions',
      tokenizer: undefined,
    });
  });

  test('is chosen by its quantization in a folder of several', async () => {
    const files = {
      'a-IQ2_XS.gguf': '',
      'a-Q4_0.gguf': '',
      'a-Q4_K_M.gguf': '',
      'a-Q8_0.gguf': '',
      'a.f16.gguf': '',
    };
    const folder = await temporaryFolder(files);
    const chosen = async (precision?: 'int4' | 'int8' | 'w8a8' | 'fp32') => {
      const { weights } = await resolveModel(folder, precision && { precision });
      return weights.kind === 'gguf' && basename(weights.file);
    };
    expect(await chosen()).toBe('a-Q4_K_M.gguf');
    expect(await chosen('int8')).toBe('a-Q8_0.gguf');
    expect(await chosen('w8a8')).toBe('a.f16.gguf');
    expect(await chosen('fp32')).toBe('a.f16.gguf');
  });
});

test.each([['a-Q4_K_M.gguf', 'a-Q3_K_M.gguf'], ['a.gguf']])(
  'w8a8 is built of what GGUF file there is: %s',
  async (...names) => {
    const folder = await temporaryFolder(Object.fromEntries(names.map((name) => [name, ''])));
    const { weights } = await resolveModel(folder, { precision: 'w8a8' });
    expect(weights).toMatchObject({ kind: 'gguf', file: join(folder, names[0]!) });
  },
);

describe('a source is not found', () => {
  test('when nothing has that name, and the embedded names are told', async () => {
    const error = await failure('no-such-model');
    expect(error.code).toBe('MODEL_NOT_FOUND');
    expect(error.message).toContain('"no-such-model"');
    for (const name of EMBEDDED_MODELS) expect(error.message).toContain(`"${name}"`);
  });

  test.each(['./owner/model', 'a/b/c', '/no/such', 'folder/model.gguf', '../owner/model.gguf'])(
    'when the path %s leads nowhere',
    async (source) => {
      const error = await failure(source);
      expect(error.code).toBe('MODEL_NOT_FOUND');
      expect(error.message).toContain('there is no folder or GGUF file');
    },
  );

  test('when it is no name on the hub although it begins like one', async () => {
    const error = await failure('hf:just-a-name');
    expect(error.code).toBe('MODEL_NOT_FOUND');
    expect(error.message).toContain('it must be hf:owner/name');
  });

  test('when it is a file', async () => {
    const folder = await temporaryFolder(CHECKPOINT);
    const error = await failure(join(folder, 'model.safetensors'));
    expect(error.code).toBe('MODEL_NOT_FOUND');
    expect(error.message).toMatch(/is neither a folder nor a GGUF file; pass the folder/);
  });

  test.each(['', '  '])('when it is empty: "%s"', async (source) => {
    await expect(resolveModel(source)).rejects.toThrow(TypeError);
  });
});

describe('a file is missing', () => {
  test.each(['config.json', 'tokenizer.json', 'model.safetensors'])(
    '%s, and the others are told',
    async (name) => {
      const files = Object.entries(CHECKPOINT).filter(([other]) => other !== name);
      const folder = await temporaryFolder(Object.fromEntries(files));
      const error = await failure(folder);
      expect(error).toMatchObject({ code: 'MISSING_FILE', path: join(folder, name) });
      expect(error.message).toContain(`"${name}" is missing in ${folder}`);
      for (const [other] of files) expect(error.message).toContain(other);
    },
  );

  test('which the manifest names as the graph', async () => {
    const folder = await temporaryFolder({ ...CHECKPOINT, 'beltline.json': '{ "graph": "a.onnx" }' });
    expect(await failure(folder)).toMatchObject({ code: 'MISSING_FILE', path: join(folder, 'a.onnx') });
  });

  test('which the manifest names as external data', async () => {
    const manifest = '{ "graph": "onnx/a.onnx", "externalData": ["a.data"] }';
    const folder = await temporaryFolder({ ...CHECKPOINT, 'onnx/a.onnx': '', 'beltline.json': manifest });
    const path = join(folder, 'onnx', 'a.data');
    expect(await failure(folder)).toMatchObject({ code: 'MISSING_FILE', path });
  });

  test('which the index names as a shard', async () => {
    const folder = await temporaryFolder({ ...WITHOUT_WEIGHTS, 'model.safetensors.index.json': INDEX });
    expect(await failure(folder)).toMatchObject({
      code: 'MISSING_FILE',
      path: join(folder, 'a.safetensors'),
    });
  });

  test('in an empty folder', async () => {
    expect((await failure(temporaryFolder({}))).message).toContain('holds nothing');
  });
});

describe('a file cannot be read', () => {
  test.each(['config.json', 'tokenizer.json', 'model.safetensors', 'chat_template.jinja', 'beltline.json'])(
    'because %s is a folder',
    async (name) => {
      const folder = await temporaryFolder({ ...CHECKPOINT, [name]: null });
      expect(await failure(folder)).toMatchObject({ code: 'UNREADABLE_FILE', path: join(folder, name) });
    },
  );
});

describe('weights are of an unsupported kind', () => {
  test.each([
    ['pytorch_model.bin', /PyTorch checkpoint; convert it to safetensors/],
    ['decoder_model.onnx', /graph under a name that says nothing of its precision/],
  ])('%s', async (name, message) => {
    const folder = await temporaryFolder({ [name]: 'weights' });
    const error = await failure(folder);
    expect(error).toMatchObject({ code: 'UNSUPPORTED', path: folder });
    expect(error.message).toMatch(message);
  });

  test('because of several GGUF files it is not known which to take', async () => {
    const folder = await temporaryFolder({ 'a-IQ2_XS.gguf': '', 'a-IQ1_S.gguf': '' });
    expect((await failure(folder)).message).toMatch(/"a-IQ1_S.gguf".*pass the path of the one to use/);
  });

  test('because the precision that is asked for cannot be had', async () => {
    const folder = await temporaryFolder({ ...WITHOUT_WEIGHTS, 'onnx/model_q4.onnx': 'graph' });
    const error = await resolveModel(folder, { precision: 'fp32' }).catch((reason: ModelsError) => reason);
    expect(error).toMatchObject({ code: 'UNSUPPORTED', path: folder });
    expect((error as ModelsError).message).toMatch(/do not come in fp32.*onnx\/model_q4.onnx/);
  });

  test('because a graph is to be built and there is a finished one only', async () => {
    const folder = await temporaryFolder({ ...WITHOUT_WEIGHTS, 'onnx/model_q4.onnx': 'graph' });
    await expect(resolveModel(folder, { toBuild: true })).rejects.toMatchObject({
      code: 'UNSUPPORTED',
      message: expect.stringContaining('a finished graph only'),
    });
  });

  test('but do not matter beside safetensors', async () => {
    const folder = await temporaryFolder({ ...CHECKPOINT, 'pytorch_model.bin': 'weights' });
    expect((await resolveModel(folder)).weights.kind).toBe('checkpoint');
  });
});

describe('a JSON file is refused', () => {
  test('with its name and the position of the mistake', async () => {
    const folder = await temporaryFolder({ ...CHECKPOINT, 'config.json': '{\n  "a": 1,\n  "b": oops\n}' });
    const error = await failure(folder);
    expect(error).toMatchObject({ code: 'INVALID_JSON', path: join(folder, 'config.json') });
    expect(error.message).toContain('config.json is not valid JSON at line 3, column 8');
  });

  test('when it is empty', async () => {
    const folder = await temporaryFolder({ ...CHECKPOINT, 'tokenizer.json': '' });
    expect((await failure(folder)).message).toMatch(/tokenizer\.json .* line 1, column 1: the file is empty/);
  });

  test.each([
    ['"trained"', /must be an object/],
    ['{ "format": "other" }', /"format" must be .*"other"/],
    ['{ "graph": "../model.onnx" }', /"graph" must be/],
    ['{ "graph": "/model.onnx" }', /"graph" must be/],
    ['{ "fromat": "trained" }', /"fromat"/],
  ])('as a manifest: %s', async (manifest, message) => {
    const folder = await temporaryFolder({ ...CHECKPOINT, 'beltline.json': manifest });
    const error = await failure(folder);
    expect(error).toMatchObject({ code: 'INVALID_MANIFEST', path: join(folder, 'beltline.json') });
    expect(error.message).toMatch(message);
  });
});

describe('an abort', () => {
  test('stops the reading with its own reason', async () => {
    const folder = await temporaryFolder(CHECKPOINT);
    const controller = new AbortController();
    const reason = new Error('enough');
    const result = resolveModel(folder, { signal: controller.signal });
    controller.abort(reason);
    await expect(result).rejects.toBe(reason);
  });

  test('before the start reads nothing', async () => {
    await expect(resolveModel('no-such', { signal: AbortSignal.abort('why') })).rejects.toBe('why');
  });
});

describe('the embedded model', () => {
  test('is the default, has a graph and was trained on the format', async () => {
    const model = await resolveModel();
    expect(EMBEDDED_MODELS).toContain(DEFAULT_MODEL);
    expect(model).toMatchObject({ name: DEFAULT_MODEL, source: 'embedded', format: 'trained' });
    expect(model.weights).toEqual({ kind: 'belt-graph', graph: join(model.folder, 'model.onnx') });
    expect(model.config).toMatchObject({ model_type: 'llama', vocab_size: 2048 });
  });

  test('is not taken for a path of the same name', async () => {
    const error = await failure(`./${DEFAULT_MODEL}`);
    expect(error.code).toBe('MODEL_NOT_FOUND');
  });
});
