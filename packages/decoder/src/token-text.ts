import type { Tokenizer } from '@beltline/tokenizer';

/** Tokens and the text they give, so that a place in the text can be found among the tokens. */
export interface TokenText {
  /** Token ids, `[token]`. */
  readonly tokens: readonly number[];
  /** All text so far; places in it count UTF-16 units. */
  readonly text: string;
  /** Adds a token and returns the text that it made certain; a character may need several tokens. */
  push(token: number): string;
  /** Returns the text of a character that was never completed. */
  flush(): string;
  /**
   * Ends the text of the last token at `end` and returns the token ids that stand for the token now: itself if
   * the text ends there anyway, or its first part encoded anew.
   */
  cutLast(end: number): number[];
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

/** @param place `start` if nothing was written before the text, `middle` if it goes on from other text. */
export function createTokenText(tokenizer: Tokenizer, place: 'start' | 'middle'): TokenText {
  let detokenizer = tokenizer.createDetokenizer({ place });
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
    start < end ? tokenizer.encode(text.slice(start, end), { special: 'text', place: 'middle' }) : [];

  function push(token: number): string {
    const delta = detokenizer.push(token);
    tokens.push(token);
    text += delta;
    ends.push(text.length);
    return delta;
  }

  return {
    tokens,
    get text() {
      return text;
    },
    push,
    flush() {
      const delta = detokenizer.flush();
      text += delta;
      if (ends.length > 0) ends[ends.length - 1] = text.length;
      return delta;
    },
    cutLast(end) {
      if (end === text.length) return tokens.slice(-1);
      const start = startOf(tokens.length - 1);
      const replacement = encodePart(start, end);
      tokens.pop();
      ends.pop();
      text = text.slice(0, start);
      detokenizer = tokenizer.createDetokenizer({ place: 'middle' });
      for (const token of replacement) push(token);
      return replacement;
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
