import { readFileSync } from 'node:fs';
import type { GoldenModel } from '@beltline/backend/conformance';
import { parseGoldenModel } from './parse-golden-model.ts';

const folder = new URL('../../../fixtures/golden/', import.meta.url);

/** The golden models of this repository. */
export const goldenModels: readonly GoldenModel[] = ['llama', 'qwen2', 'qwen3'].map((name) =>
  parseGoldenModel(name, (file) => readFileSync(new URL(`${name}/${file}`, folder))),
);
