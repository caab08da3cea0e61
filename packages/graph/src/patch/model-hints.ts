/** What a config says of a model that its graph need not. */
export interface ModelHints {
  readonly architecture: string | undefined;
  readonly contextLength: number | undefined;
}

/** Reads config.json or the `model` part of genai_config.json; fields that make no sense count as missing. */
export function readHints(config: unknown): ModelHints {
  const fields = (typeof config === 'object' && config !== null ? config : {}) as Record<string, unknown>;
  const architecture = [fields.model_type, fields.type].find((name) => typeof name === 'string');
  const contextLength = ['max_position_embeddings', 'n_positions', 'context_length']
    .map((name) => fields[name])
    .find((length) => Number.isSafeInteger(length) && (length as number) > 0);
  return { architecture: architecture as string | undefined, contextLength: contextLength as number };
}
