import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type LoadOptions, loadDecoder } from '@beltline/node';
import type { Route } from 'playwright-core';
import { beforeEach, describe, expect, test } from 'vitest';
import { writeGguf } from '../../gguf/test/gguf-writer.ts';
import { goldenFolder, goldenGguf } from '../../gguf/test/golden-gguf.ts';
import { usePage } from './open-page.ts';

const exportFolder = (name: string) =>
  fileURLToPath(new URL(`../../../fixtures/exports/${name}`, import.meta.url));
const prompt = 'Discuss a trip from the aspects of budget and food.';
const options = { maxTokens: 30 };

/** A server that speaks the part of the hub's API that is used, with one repository, in the browser's place of the real one. */
interface Hub {
  files: Record<string, Buffer>;
  readonly requests: string[];
  readonly authorizations: (string | undefined)[];
  online: boolean;
  /** What it answers to everything, if set. */
  status: number | undefined;
}

const using = usePage();
let hub: Hub;
beforeEach(async () => {
  hub = { files: {}, requests: [], authorizations: [], online: true, status: undefined };
  await using.opened.context.route('https://huggingface.co/**', answer);
});

async function answer(route: Route): Promise<void> {
  const request = route.request();
  const { pathname } = new URL(request.url());
  const headers = {
    'access-control-allow-origin': '*',
    'access-control-allow-headers': 'authorization',
    'cross-origin-resource-policy': 'cross-origin',
  };
  if (!hub.online) return route.abort('internetdisconnected');
  if (request.method() === 'OPTIONS') return route.fulfill({ status: 204, headers });
  hub.requests.push(`${request.method()} ${pathname}`);
  hub.authorizations.push((await request.allHeaders()).authorization);
  if (hub.status !== undefined) {
    return route.fulfill({ status: hub.status, headers, json: { error: 'no' } });
  }
  if (pathname === '/api/models/owner/small-model/tree/main') {
    const json = Object.entries(hub.files).map(([path, { length }]) => ({
      type: 'file',
      path,
      size: length,
      oid: '',
    }));
    return route.fulfill({ headers, json });
  }
  const file = /^\/owner\/small-model\/resolve\/main\/(.+)$/.exec(pathname)?.[1];
  const body = file === undefined ? undefined : hub.files[decodeURIComponent(file)];
  return body === undefined
    ? route.fulfill({ status: 404, headers })
    : route.fulfill({ headers: { ...headers, etag: `"${body.length}"` }, body });
}

async function filesOf(folder: string, prefix = ''): Promise<Record<string, Buffer>> {
  const names = await readdir(folder);
  return Object.fromEntries(
    await Promise.all(names.map(async (name) => [prefix + name, await readFile(join(folder, name))])),
  );
}

/** What Node writes with the same files. */
async function tokensOnNode(
  folder: string,
  loading: LoadOptions = { precision: 'fp32' },
): Promise<readonly number[]> {
  const decoder = await loadDecoder(folder, loading);
  const { tokens } = await decoder.generate(prompt, options).result();
  await decoder.dispose();
  return tokens;
}

interface Answered {
  readonly tokens?: readonly number[];
  readonly precision?: string;
  readonly phases: readonly string[];
  readonly error?: { readonly name: string; readonly code: string; readonly message: string };
}

/** Loads `source`, an expression, and answers. */
const answerWith = (source: string, loading: object = {}) =>
  using.opened.run<Answered>(
    `const phases = new Set();
    try {
      const onProgress = ({ phase, file }) => phases.add(file === undefined ? phase : phase + ' ' + file);
      const decoder = await beltline.loadDecoder(${source}, { ...loading, onProgress });
      const { tokens } = await decoder.generate(prompt, options).result();
      await decoder.dispose();
      const { precision } = decoder.model.capabilities;
      return { tokens, precision, phases: [...phases] };
    } catch ({ name, code, message }) {
      return { error: { name, code, message }, phases: [...phases] };
    }`,
    { prompt, options, loading },
  );

describe('a model of the hub', () => {
  test('runs as another exporter has made it, and later without an answer or the network', async () => {
    const folder = exportFolder('genai-llama-fp32');
    hub.files = { ...(await filesOf(folder)), 'onnx/model_fp16.onnx': Buffer.alloc(9) };
    const expected = await tokensOnNode(folder);
    const { tokens, phases } = await answerWith("'owner/small-model'");
    expect(tokens).toEqual(expected);
    expect(phases).toEqual(
      expect.arrayContaining(['download model.onnx', 'download model.onnx.data', 'load']),
    );
    expect(hub.requests.join()).not.toContain('fp16');
    const again = { tokens: expected, precision: 'fp32', phases: ['load'] };
    hub.status = 503;
    expect(await answerWith("'owner/small-model'")).toEqual(again);
    hub.online = false;
    expect(await answerWith("'hf:owner/small-model@main'")).toEqual(again);
  });

  test('may be a checkpoint, of which a graph is built', async () => {
    const folder = goldenFolder('qwen2');
    hub.files = await filesOf(folder, 'checkpoints/');
    const { tokens, phases } = await answerWith("'hf:owner/small-model/checkpoints'", { precision: 'fp32' });
    expect(tokens).toEqual(await tokensOnNode(folder));
    expect(phases).toEqual(expect.arrayContaining(['download model.safetensors', 'build', 'load']));
    expect(hub.requests.join()).not.toContain('golden.json');
  });

  test('is built in whole numbers for WASM, which WebGPU cannot compute', async () => {
    const folder = goldenFolder('qwen2');
    hub.files = await filesOf(folder, 'checkpoints/');
    const source = "'hf:owner/small-model/checkpoints'";
    const { error } = await answerWith(source, { precision: 'w8a8', device: 'webgpu' });
    expect(error).toMatchObject({ name: 'BackendError', code: 'UNSUPPORTED' });
    expect(error?.message).toContain('w8a8');
    expect(hub.requests).toEqual([]);
    const { tokens, precision } = await answerWith(source);
    expect(precision).toBe('w8a8');
    // Further on a code that is rounded the other way may tell in weights that are random.
    const expected = await tokensOnNode(folder, { precision: 'w8a8' });
    expect(tokens?.slice(0, 3)).toEqual(expected.slice(0, 3));
  });

  test('may be a GGUF file of it', async () => {
    hub.files = { 'files/model-F32.gguf': Buffer.from(writeGguf(await goldenGguf('llama'))) };
    const { tokens } = await answerWith("'owner/small-model/files/model-F32.gguf'", { precision: 'fp32' });
    expect(tokens).toEqual(await tokensOnNode(goldenFolder('llama')));
  });

  test('that is gated is asked for with the token', async () => {
    hub.status = 401;
    const { error } = await answerWith("'owner/small-model'");
    expect(error).toMatchObject({ name: 'WebError', code: 'MODEL_NOT_FOUND' });
    expect(error?.message).toContain('hub.token');
    hub.status = undefined;
    hub.files = await filesOf(exportFolder('genai-llama-fp32'));
    hub.authorizations.length = 0;
    await answerWith("'owner/small-model'", { hub: { token: 'secret' } });
    expect(new Set(hub.authorizations)).toEqual(new Set(['Bearer secret']));
  });

  test('fails with a typed error where it is not there, the hub is out of reach, or nothing of it can be used', async () => {
    expect((await answerWith("'nobody/nothing'")).error).toMatchObject({ code: 'MODEL_NOT_FOUND' });
    hub.files = { 'pytorch_model.bin': Buffer.alloc(9) };
    expect((await answerWith("'owner/small-model'")).error).toMatchObject({
      name: 'ModelsError',
      code: 'UNSUPPORTED',
      message: expect.stringContaining('pytorch_model.bin'),
    });
    await using.opened.run('await beltline.clearModelCache()');
    hub.online = false;
    expect((await answerWith("'owner/small-model'")).error).toMatchObject({ code: 'DOWNLOAD_FAILED' });
  });
});

describe('files of a folder', () => {
  /** Puts files into the page as Blobs. */
  const give = async (files: Record<string, Buffer>) => {
    const encoded = Object.entries(files).map(([name, bytes]) => [name, bytes.toString('base64')]);
    await using.opened.run(
      `globalThis.files = Object.fromEntries(await Promise.all(encoded.map(async ([name, text]) =>
        [name, await (await fetch('data:;base64,' + text)).blob()])));`,
      { encoded },
    );
  };

  test.each(['optimum-llama-fp32', 'genai-qwen2-fp32'])('%s run without preparation', async (name) => {
    const folder = exportFolder(name);
    await give(await filesOf(folder));
    const { tokens } = await answerWith('files');
    expect(tokens).toEqual(await tokensOnNode(folder, {}));
  });

  test('may be one GGUF file', async () => {
    await give({ 'model.gguf': Buffer.from(writeGguf(await goldenGguf('qwen3'))) });
    const { tokens } = await answerWith('files', { precision: 'fp32' });
    expect(tokens).toEqual(await tokensOnNode(goldenFolder('qwen3')));
  });
});
