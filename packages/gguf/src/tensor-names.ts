/** Names behind `blk.N.` and what a Hugging Face checkpoint of the Llama family calls them behind `model.layers.N.`. */
const layerNames: Readonly<Record<string, string>> = {
  attn_norm: 'input_layernorm',
  attn_q: 'self_attn.q_proj',
  attn_k: 'self_attn.k_proj',
  attn_v: 'self_attn.v_proj',
  attn_q_norm: 'self_attn.q_norm',
  attn_k_norm: 'self_attn.k_norm',
  attn_output: 'self_attn.o_proj',
  ffn_norm: 'post_attention_layernorm',
  ffn_gate: 'mlp.gate_proj',
  ffn_up: 'mlp.up_proj',
  ffn_down: 'mlp.down_proj',
};

const otherNames: Readonly<Record<string, string>> = {
  'token_embd.weight': 'model.embed_tokens.weight',
  'output_norm.weight': 'model.norm.weight',
  'output.weight': 'lm_head.weight',
};

/** What a Hugging Face checkpoint calls a tensor; a name that none has stays as it is. */
export function checkpointName(name: string): string {
  const [, layer, part, kind] = /^blk\.(\d+)\.(\w+)\.(weight|bias)$/.exec(name) ?? [];
  if (part !== undefined && Object.hasOwn(layerNames, part))
    return `model.layers.${layer}.${layerNames[part]}.${kind}`;
  return Object.hasOwn(otherNames, name) ? otherNames[name]! : name;
}

/** Rotary frequencies, which are part of the config or follow from it. */
export function isRotary(name: string): boolean {
  return /(?:^|\.)(?:rope_freqs|attn_rot_embd)\.weight$/.test(name);
}
