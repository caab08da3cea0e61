import { type ModelFolder, readJson } from './model-folder.ts';

/** What is read of a model beside its weights: configuration and tokenizer. */
export interface ModelTexts {
  /** config.json, parsed. */
  readonly config: unknown;
  /** tokenizer.json, parsed. */
  readonly tokenizer: unknown;
  /** tokenizer_config.json, parsed; undefined where it is missing. */
  readonly tokenizerConfig: unknown;
  /** generation_config.json, parsed; undefined where it is missing. */
  readonly generationConfig: unknown;
  /** Text of chat_template.jinja; undefined where it is missing. */
  readonly chatTemplate: string | undefined;
}

/**
 * Reads the configuration and the tokenizer of a model.
 *
 * @throws ModelsError `MISSING_FILE` without config.json or tokenizer.json, `INVALID_JSON`, and as the folder does.
 */
export async function readModelTexts(folder: ModelFolder): Promise<ModelTexts> {
  return {
    config: await readRequired(folder, 'config.json'),
    tokenizer: await readRequired(folder, 'tokenizer.json'),
    tokenizerConfig: await readJson(folder, 'tokenizer_config.json'),
    generationConfig: await readJson(folder, 'generation_config.json'),
    chatTemplate: await folder.readText('chat_template.jinja'),
  };
}

async function readRequired(folder: ModelFolder, name: string): Promise<unknown> {
  const value = await readJson(folder, name);
  if (value === undefined) throw folder.missing(name);
  return value;
}
