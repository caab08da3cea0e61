/**
 * Changes logits `[vocabulary]` in place, before a token is chosen from them.
 *
 * `tokens` are the ids of the answer that the line has so far and sees, chosen and forced; from call to call they only
 * grow at their end. Whatever is set to -Infinity cannot be chosen.
 */
export type LogitsProcessor = (logits: Float32Array, tokens: readonly number[]) => void;

/** Makes these tokens impossible. */
export function ban(logits: Float32Array, tokens: ArrayLike<number>): void {
  for (let index = 0; index < tokens.length; index++) logits[tokens[index]!] = -Infinity;
}

/** Makes all but these tokens impossible. */
export function allowOnly(logits: Float32Array, tokens: readonly number[]): void {
  const kept = tokens.map((token) => logits[token]!);
  logits.fill(-Infinity);
  for (const [index, token] of tokens.entries()) logits[token] = kept[index]!;
}
