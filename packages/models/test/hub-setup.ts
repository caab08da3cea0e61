import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  type HubSource,
  type ModelsError,
  type PullEvent,
  type PullOptions,
  pullModel,
} from '@beltline/models';
import { expect } from 'vitest';
import { type FakeHub, REPOSITORY, startFakeHub } from './fake-hub.ts';
import { temporaryFolder } from './temporary-folder.ts';

export const WEIGHTS = randomBytes(300_000);
export const WEIGHTS_PATH = 'onnx/model_q4.onnx_data';

/** What a repository of the onnx-community kind holds, of the precisions only some. */
export const MODEL_FILES = {
  'README.md': 'read me',
  'config.json': '{ "model_type": "llama" }',
  'tokenizer.json': '{ "model": {} }',
  'tokenizer_config.json': '{}',
  'generation_config.json': '{ "eos_token_id": 2 }',
  'chat_template.jinja': '{{ messages }}',
  'onnx/model.onnx': 'fp32 graph',
  'onnx/model.onnx_data': randomBytes(5000),
  'onnx/model_q4.onnx': 'int4 graph',
  [WEIGHTS_PATH]: WEIGHTS,
  'onnx/model_quantized.onnx': randomBytes(2000),
  'model.safetensors': randomBytes(4000),
} as const;

export const TEXTS = [
  'config.json',
  'tokenizer.json',
  'tokenizer_config.json',
  'generation_config.json',
  'chat_template.jinja',
];

/** Waits that tests have time for. */
export const QUICK = { attempts: 3, firstWait: 5, longestWait: 1500, silence: 400 };

export interface Setup {
  readonly hub: FakeHub;
  readonly environment: Record<string, string>;
  readonly events: PullEvent[];
  /** Absolute path of the repository in the cache. */
  readonly folder: string;
  pull(options?: PullOptions, source?: Partial<HubSource>): ReturnType<typeof pullModel>;
  /** Notices so far, without their words. */
  notices(): string[];
  /** Paths of files that were asked for, since the last call. */
  fetched(): string[];
}

export async function setUp(files: FakeHub['files'] = MODEL_FILES): Promise<Setup> {
  const hub = await startFakeHub({ ...files });
  const home = await temporaryFolder({});
  const environment: Record<string, string> = { HF_ENDPOINT: hub.endpoint, HF_HOME: home };
  const events: PullEvent[] = [];
  let seen = 0;
  return {
    hub,
    environment,
    events,
    folder: `${home}/hub/models--owner--small-model`,
    pull: (options, source) =>
      pullModel(
        { kind: 'hub', repository: REPOSITORY, revision: 'main', path: undefined, ...source },
        { environment, retry: QUICK, onProgress: (event) => events.push(event), ...options },
      ),
    notices: () => events.flatMap((event) => (event.type === 'pull-notice' ? event.notice : [])),
    fetched() {
      const requests = hub.requests.slice(seen);
      seen = hub.requests.length;
      return requests.flatMap((request) => /\/resolve\/\w+\/(.+)$/.exec(request)?.[1] ?? []);
    },
  };
}

/** What a pull fails with. */
export async function failure(setup: Setup, ...given: Parameters<Setup['pull']>): Promise<ModelsError> {
  return setup.pull(...given).then(
    () => expect.fail('the pull succeeded'),
    (error) => error,
  );
}

export async function expectWeights({ pull }: Setup, folder?: string): Promise<void> {
  const pulled = folder ?? (await pull()).folder;
  expect(WEIGHTS.equals(await readFile(join(pulled, WEIGHTS_PATH)))).toBe(true);
}

/** Ranges of the requests for the weights. */
export function ranges({ hub }: Setup): (string | undefined)[] {
  return hub.requests.filter((line) => line.includes(WEIGHTS_PATH)).map((line) => line.split(' ')[2]);
}
