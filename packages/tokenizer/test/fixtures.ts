import { readFileSync } from 'node:fs';
import { createTokenizer, type Tokenizer } from '@beltline/tokenizer';

const root = new URL('../../../', import.meta.url);

export const FIXTURE_FOLDERS = {
  tiny: 'packages/model-tiny/files/',
  llama: 'fixtures/golden/llama/',
  qwen2: 'fixtures/golden/qwen2/',
  qwen3: 'fixtures/golden/qwen3/',
} as const;

export function readText(path: string): string {
  return readFileSync(new URL(path, root), 'utf8');
}

export function readJson(path: string): unknown {
  return JSON.parse(readText(path));
}

export function fixtureTokenizer(name: keyof typeof FIXTURE_FOLDERS): Tokenizer {
  const folder = FIXTURE_FOLDERS[name];
  return createTokenizer({
    tokenizer: readJson(`${folder}tokenizer.json`),
    tokenizerConfig: readJson(`${folder}tokenizer_config.json`),
    generationConfig: readJson(`${folder}generation_config.json`),
    modelConfig: readJson(`${folder}config.json`),
    chatTemplate: name === 'tiny' ? undefined : readText(`${folder}chat_template.jinja`),
  });
}
