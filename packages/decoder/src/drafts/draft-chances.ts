import { longestMatch } from './draft-index.ts';

/** How likely a drafted token is right, by the length of the match that it follows; learnt while an answer is decoded. */
export interface DraftChances {
  /** In (0, 1), for the first token after a match of this length, at least 1. */
  of(matchLength: number): number;
  /** A draft after a match of this length was right in its first `right` tokens, and then perhaps wrong. */
  learn(matchLength: number, right: number, wrong: boolean): void;
}

/**
 * Begins with the chance m / (m + 2) after a match of m tokens, as if it had been tried m + 2 times. A token that was
 * right makes the match longer by one for the next.
 */
export function createDraftChances(): DraftChances {
  const counts = Array.from({ length: longestMatch + 1 }, (_, match) => ({ right: match, tried: match + 2 }));
  const countsOf = (match: number) => counts[Math.min(match, longestMatch)]!;
  return {
    of(match) {
      const { right, tried } = countsOf(match);
      return right / tried;
    },
    learn(match, right, wrong) {
      for (let index = 0; index < right; index++) {
        countsOf(match + index).right++;
        countsOf(match + index).tried++;
      }
      if (wrong) countsOf(match + right).tried++;
    },
  };
}
