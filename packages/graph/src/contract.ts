/**
 * The belt-ready contract: the names an adapter feeds and fetches. Shapes and meaning are in the README.
 * A change that an existing adapter cannot run raises the version.
 */
export const beltContractVersion = 1;

/** Inputs that every belt-ready graph has; the past is added per layer. */
export const beltInputs = {
  /** int64 `[1, S]`. */
  inputIds: 'input_ids',
  /** int64 `[1, S]`, each in `[0, contextLength)`. */
  positionIds: 'position_ids',
  /** float32 `[1, 1, S, T]`, T = pastLength + S; 0 visible, -Infinity hidden. */
  attentionBias: 'attention_bias',
  /** int32 `[1]`: used slots of the past. */
  pastLength: 'past_length',
  /** int64 `[R]`: indices into S of the rows whose logits are wanted; R may be 0. */
  logitsRows: 'logits_rows',
} as const;

/** float32 `[1, kvHeads, capacity, headSize]`, capacity >= pastLength; slots from pastLength on are not read. */
export function pastKeysInput(layer: number): string {
  return `past_keys.${layer}`;
}

/** Shaped as {@link pastKeysInput}. */
export function pastValuesInput(layer: number): string {
  return `past_values.${layer}`;
}

/** What {@link pastKeysInput} becomes in a graph of `unfuseAttention`: float32 `[slots, kvHeads, headSize]`. */
export function keysInput(layer: number): string {
  return `keys.${layer}`;
}

/** Shaped as {@link keysInput}. */
export function valuesInput(layer: number): string {
  return `values.${layer}`;
}

/**
 * Further inputs of such a graph for a cache `in-place`, all fed in every pass. A pass with a suffix gives the slots behind those of
 * `keys.{layer}` by them: for each row only those that it sees.
 */
export const suffixInputs = {
  /** float32 `[slots, kvHeads, headSize]`: one memory with the slots of all layers, so that it is one input; read for a suffix only. */
  memory: 'suffix_memory',
  /**
   * int32 `[2 * layers, W, S]`: where in that memory the slots lie that a row sees, W of them, for the keys of each layer and then
   * for the values of each; where a row sees fewer, any that have been written fill up. W is 0 where there is no suffix.
   */
  slots: 'suffix_slots',
  /** float32 `[S, 1, 1, W]`: 0 for slots that the row sees, -Infinity for those that fill up. */
  bias: 'suffix_bias',
} as const;

/** Outputs that every belt-ready graph has; new keys and values are added per layer. */
export const beltOutputs = {
  /** float32 `[R, vocabularySize]`. */
  logits: 'logits',
} as const;

/** float32 `[1, S, kvHeads * headSize]`: the new tokens' rotated keys. */
export function newKeysOutput(layer: number): string {
  return `new_keys.${layer}`;
}

/** float32 `[1, S, kvHeads * headSize]`: the new tokens' values. */
export function newValuesOutput(layer: number): string {
  return `new_values.${layer}`;
}

/** Keys of the model's `metadata_props`; all values are decimal or plain text. */
export const beltMetadata = {
  contractVersion: 'beltline.contract_version',
  architecture: 'beltline.architecture',
  precision: 'beltline.precision',
  layers: 'beltline.layers',
  kvHeads: 'beltline.kv_heads',
  headSize: 'beltline.head_size',
  vocabularySize: 'beltline.vocabulary_size',
  contextLength: 'beltline.context_length',
} as const;
