import type { DraftChances } from './draft-chances.ts';

/**
 * A forward pass takes as long as this many rows in it. Between what was measured with attention of one kind and another,
 * 3.5 to 7 (docs/performance.md).
 */
const rowsPerPass = 7;

/** What a line could draft. */
export interface DraftOffer {
  readonly matchLength: number;
  /** Tokens there are to draft. */
  readonly tokens: number;
}

/**
 * Chooses how many tokens to draft of each offer, `[offer]`, at most `room` together, so that a pass gives the most tokens for
 * its time.
 *
 * Every line gets one token for sure. A drafted row takes time like any other and gives a token with the chance that it and
 * all before it in its draft are right. The likeliest rows go first, as long as they give more for their time than the
 * pass without them. So many live lines leave room for sure drafts only, and one line alone may guess.
 *
 * @param lines number of lines that the pass reads, those without an offer included.
 */
export function chooseDraftLengths(
  offers: readonly DraftOffer[],
  chances: DraftChances,
  { lines, room }: { readonly lines: number; readonly room: number },
): number[] {
  const lengths = offers.map(() => 0);
  const chanceOf = ({ matchLength }: DraftOffer, length: number) => chances.of(matchLength + length);
  const reached = offers.map((offer) => chanceOf(offer, 0));
  let gain = lines;
  let rows = lines;
  while (rows - lines < room) {
    const best = reached.reduce((best, chance, index) => (chance > reached[best]! ? index : best), 0);
    const chance = reached[best] ?? 0;
    if (chance * (rowsPerPass + rows) <= gain) break;
    gain += chance;
    rows++;
    const length = ++lengths[best]!;
    const offer = offers[best]!;
    reached[best] = length < offer.tokens ? chance * chanceOf(offer, length) : 0;
  }
  return lengths;
}
