import { GENAI_CONFIG } from './choose-weights.ts';
import { type ModelFolder, readJson } from './model-folder.ts';

/** What is read of a model beside its weights: configuration and tokenizer. */
export interface ModelTexts {
  /** config.json, parsed; undefined where genai_config.json or a GGUF file stands in for it. */
  readonly config: unknown;
  /** tokenizer.json, parsed; undefined beside a GGUF file, which has a tokenizer inside. */
  readonly tokenizer: unknown;
  /** tokenizer_config.json, parsed; undefined where it is missing. */
  readonly tokenizerConfig: unknown;
  /** generation_config.json, parsed, or the `model` part of genai_config.json; undefined where both are missing. */
  readonly generationConfig: unknown;
  /** Text of chat_template.jinja; undefined where it is missing. */
  readonly chatTemplate: string | undefined;
}

/** Names of the files that the texts come from. */
export const TEXT_FILES: readonly string[] = [
  'config.json',
  GENAI_CONFIG,
  'tokenizer.json',
  'tokenizer_config.json',
  'generation_config.json',
  'chat_template.jinja',
];

/**
 * Reads the configuration and the tokenizer of a model.
 *
 * @throws ModelsError `MISSING_FILE` without tokenizer.json, or without both config.json and genai_config.json,
 * `INVALID_JSON`, and as the folder does.
 */
export async function readModelTexts(folder: ModelFolder): Promise<ModelTexts> {
  const config = await readJson(folder, 'config.json');
  const genai = config === undefined ? await readGenaiModel(folder) : undefined;
  if (config === undefined && genai === undefined) throw folder.missing('config.json');
  const tokenizer = await readJson(folder, 'tokenizer.json');
  if (tokenizer === undefined) throw folder.missing('tokenizer.json');
  return {
    config,
    tokenizer,
    tokenizerConfig: await readJson(folder, 'tokenizer_config.json'),
    generationConfig: (await readJson(folder, 'generation_config.json')) ?? genai,
    chatTemplate: await folder.readText('chat_template.jinja'),
  };
}

/** What onnxruntime-genai writes in place of config.json; end tokens have the same names there. */
async function readGenaiModel(folder: ModelFolder): Promise<unknown> {
  const config = (await readJson(folder, GENAI_CONFIG)) as { model?: unknown } | null | undefined;
  return config?.model;
}
