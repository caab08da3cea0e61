import type { Tokenizer } from '@beltline/tokenizer';

/** Tokens and the text they give, so that a place in the text can be found among the tokens. */
export interface TokenText {
  /** Token ids, `[token]`. */
  readonly tokens: readonly number[];
  /** Adds a token and returns the text that it made certain; a character may need several tokens. */
  push(token: number): string;
  /** Returns the text of a character that was never completed. */
  flush(): string;
  /**
   * Token ids whose text is exactly the UTF-16 units `[start, end)` of all text so far.
   *
   * The decoded ids themselves where they end at these places; where one reaches across an edge, its part
   * inside is encoded anew.
   */
  slice(start: number, end: number): number[];
  /** Number of leading tokens that lie wholly before the UTF-16 unit `offset`. */
  countBefore(offset: number): number;
}

export function createTokenText(tokenizer: Tokenizer): TokenText {
  const detokenizer = tokenizer.createDetokenizer();
  const tokens: number[] = [];
  /** Length of the text after each token. */
  const ends: number[] = [];
  let text = '';

  const startOf = (index: number) => ends[index - 1] ?? 0;
  const firstEndingAfter = (offset: number) => {
    const index = ends.findIndex((end) => end > offset);
    return index < 0 ? ends.length : index;
  };
  const encodePart = (start: number, end: number) =>
    start < end ? tokenizer.encode(text.slice(start, end), { special: 'text' }) : [];

  return {
    tokens,
    push(token) {
      const delta = detokenizer.push(token);
      tokens.push(token);
      text += delta;
      ends.push(text.length);
      return delta;
    },
    flush() {
      const delta = detokenizer.flush();
      text += delta;
      if (ends.length > 0) ends[ends.length - 1] = text.length;
      return delta;
    },
    slice(start, end) {
      const afterStart = start === 0 ? 0 : firstEndingAfter(start);
      const first = startOf(afterStart) < start ? afterStart + 1 : afterStart;
      const last = firstEndingAfter(end);
      if (first > last) return encodePart(start, end);
      return [
        ...encodePart(start, startOf(first)),
        ...tokens.slice(first, last),
        ...encodePart(startOf(last), end),
      ];
    },
    countBefore: firstEndingAfter,
  };
}
