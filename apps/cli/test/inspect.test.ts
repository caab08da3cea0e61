import { cp, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it, onTestFinished } from 'vitest';
import { runProgram } from '../src/program.ts';
import { createInput, RecordedOutput } from './streams.ts';

const fixture = (path: string) => fileURLToPath(new URL(`../../../fixtures/${path}`, import.meta.url));

async function inspect(args: readonly string[], size?: { columns: number; rows: number }) {
  const stdout = new RecordedOutput(size);
  const stderr = new RecordedOutput();
  const exitCode = await runProgram(['inspect', ...args], {
    stdin: createInput(),
    stdout,
    stderr,
    env: {},
    signal: new AbortController().signal,
    loadDecoder: () => Promise.reject(new Error('no model is needed')),
  });
  return { exitCode, stdout: stdout.text, stderr: stderr.text };
}

it('tells what an exported graph is and that it can be made belt-ready', async () => {
  const folder = fixture('exports/genai-llama-int4');
  const { exitCode, stdout } = await inspect([folder]);
  expect(exitCode).toBe(0);
  expect(stdout.replace(folder, '')).toBe(`genai-llama-int4
weights         graph of another exporter
file            /model.onnx
architecture    llama
precision       int4
layers          3
vocabulary      512 tokens
context         2,048 tokens
cache           768 kB for 1,000 tokens
chat template   yes
inputs          input_ids int64 [batch_size, sequence_length]
                attention_mask int64 [batch_size, total_sequence_length]
                past_key_values.*.key float32 [batch_size, 2,
                past_sequence_length, kv_cache_dim] × 3
                past_key_values.*.value float32 [batch_size, 2,
                past_sequence_length, kv_cache_dim] × 3
belt-ready      yes
                A graph by onnxruntime-genai: its attention is replaced in
                memory when it is loaded, its weights stay as they are.
`);
});

it('uses colours in a terminal only, and not where they are unwanted', async () => {
  const folder = fixture('exports/genai-llama-int4');
  const terminal = { columns: 80, rows: 24 };
  expect((await inspect([folder], terminal)).stdout).toContain('\u001B[');
  expect((await inspect([folder, '--no-color'], terminal)).stdout).not.toContain('\u001B[');
  expect((await inspect([folder])).stdout).not.toContain('\u001B[');
});

it('writes one line of JSON', async () => {
  const { stdout } = await inspect(['--json', fixture('exports/optimum-llama-fp32')]);
  expect(stdout.trim().split('\n')).toHaveLength(1);
  expect(JSON.parse(stdout)).toMatchObject({
    kind: 'exported-graph',
    architecture: 'llama',
    precision: 'fp32',
    cacheBytes: 768_000,
    contextLength: 2048,
    chatTemplate: true,
    beltReady: true,
  });
});

it.each([
  ['the embedded model', [], { kind: 'belt-graph', beltReady: true }],
  [
    'a checkpoint',
    [fixture('golden/qwen3')],
    { kind: 'checkpoint', architecture: 'qwen3', cacheBytes: 1_536_000 },
  ],
])('knows %s', async (_, args, expected) => {
  expect(JSON.parse((await inspect(['--json', ...args])).stdout)).toMatchObject(expected);
});

it('tells why a model cannot be decoded in parallel', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'beltline-inspect-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  await cp(fixture('golden/llama'), folder, { recursive: true });
  await writeFile(join(folder, 'config.json'), '{ "model_type": "mamba", "dtype": "float32" }');
  const { exitCode, stdout } = await inspect([folder]);
  expect(exitCode).toBe(0);
  expect(stdout).toMatch(/architecture +mamba\n/);
  expect(stdout).toMatch(/belt-ready +no\n +config\.json has model_type = "mamba"/);
});

it('looks at a graph by itself, and names the node that stands in the way', async () => {
  const { exitCode, stdout } = await inspect([fixture('exports/optimum-mistral-outline/model.onnx')]);
  expect(exitCode).toBe(0);
  expect(stdout).toMatch(/^model\.onnx\n/);
  expect(stdout).not.toMatch(/chat template/);
  const reason = stdout.replaceAll(/\s+/g, ' ');
  expect(reason).toContain(
    'belt-ready no This graph cannot be made belt-ready: node "/model/Sub" (Sub) brings 16',
  );
  const json = await inspect(['--json', fixture('exports/genai-llama-fp16/model.onnx')]);
  expect(JSON.parse(json.stdout)).toMatchObject({
    architecture: 'llama',
    precision: 'fp16',
    beltReady: true,
  });
});

it('fails for a model that is not there and for a file that is no graph', async () => {
  const missing = await inspect(['./no-such-model', '--json']);
  expect(missing.exitCode).toBe(1);
  expect(JSON.parse(missing.stdout)).toMatchObject({ type: 'error', code: 'MODEL_NOT_FOUND' });
  const lone = await inspect(['no-such.onnx', '--json']);
  expect(JSON.parse(lone.stdout)).toMatchObject({ type: 'error', code: 'UNREADABLE_FILE' });
  const folder = await mkdtemp(join(tmpdir(), 'beltline-inspect-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  await cp(fixture('exports/genai-llama-int4'), folder, { recursive: true });
  await writeFile(join(folder, 'model.onnx'), 'not a graph');
  expect(await inspect([folder])).toMatchObject({ exitCode: 1, stdout: '' });
});
