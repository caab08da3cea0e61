import { config } from '../models/random-weights.mjs';

// What every peer is asked to do, token for token.

/** The prompt, `[context]`. */
export function promptTokens(context) {
  return Array.from({ length: context }, (_, index) => (index * 7919) % config.vocabularySize);
}

/** What a row, a branch or a sequence, is fed first behind the prompt; greedy decoding goes on from it. */
export function firstToken(row) {
  return 100 + row;
}
