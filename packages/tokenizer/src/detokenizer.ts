import type { TokenDecoder } from './token-decoder.ts';

/**
 * Turns ids into text as they come: all pushes and the flush together equal `decode` of all ids.
 *
 * The cost of a push does not depend on what came before.
 */
export interface Detokenizer {
  /** Text that is complete with this token; empty while a character is still missing bytes. */
  push(id: number): string;
  /** What is left of an unfinished character, as U+FFFD; after it the detokenizer starts afresh, at its `place`. */
  flush(): string;
}

export interface DetokenizerOptions {
  /** `start` (the default) drops the space that some tokenizers put before every text, `middle` does not. */
  readonly place?: 'start' | 'middle';
}

/** `tokenOf` gives the text of a token, or undefined for ids that add nothing: special or unknown ones. */
export function createDetokenizer(
  decoder: TokenDecoder,
  tokenOf: (id: number) => string | undefined,
  { place = 'start' }: DetokenizerOptions = {},
): Detokenizer {
  // A byte order mark inside a text is text.
  const utf8 = new TextDecoder('utf-8', { ignoreBOM: true });
  const { character, count } = decoder.leading;
  const isStart = place === 'start';
  let first = isStart;
  let toStrip = isStart ? count : 0;

  function strip(text: string): string {
    let start = 0;
    while (toStrip > 0 && text.startsWith(character, start) && start < text.length) {
      start += character.length;
      toStrip--;
    }
    if (start < text.length) toStrip = 0;
    return text.slice(start);
  }

  return {
    push(id) {
      const token = tokenOf(id);
      if (token === undefined) return '';
      const bytes = decoder.bytes(token, first);
      first = false;
      return strip(utf8.decode(bytes, { stream: true }));
    },
    flush() {
      const rest = strip(utf8.decode());
      first = isStart;
      toStrip = isStart ? count : 0;
      return rest;
    },
  };
}
