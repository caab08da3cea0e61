/** Matches are told apart by their length up to this one. */
export const longestMatch = 8;

/** Places of n-grams of these lengths are known, of each the newest few. */
const gramLengths = [3, 2, 1] as const;
const placesPerGram = 8;

/** Where the end of a text has been before. */
export interface DraftMatch {
  /** How many of the text's last tokens stand there as well, in `[1, longestMatch]`. */
  readonly length: number;
  /** Token ids that came next there, at least one. */
  readonly tokens: readonly number[];
}

/** A text that grows. */
export interface DraftText {
  /** Reads on to the end of these token ids, of which those from the last call are the beginning. */
  follow(tokens: readonly number[]): void;
  /** The longest earlier occurrence of the text's end, the newest of equals, with up to `most` tokens that came next. */
  match(most: number): DraftMatch | undefined;
}

/** Knows where short sequences of tokens (n-grams) occur in a prompt and in texts that grow after it. */
export interface DraftIndex {
  /** Begins a text after the prompt; all texts find what the others have. */
  createText(): DraftText;
}

interface Place {
  readonly tokens: readonly number[];
  /** Index of the token after the n-gram; it may still be to come. */
  readonly next: number;
}

/** @param prompt token ids, `[token]`. */
export function createDraftIndex(prompt: readonly number[]): DraftIndex {
  const grams = gramLengths.map(() => new Map<number, Place[]>());

  /** Notes the n-grams that end with the last of these tokens. */
  function note(tokens: readonly number[], next: number): void {
    for (const [kind, length] of gramLengths.entries()) {
      if (next < length) continue;
      const key = hash(tokens, next, length);
      const places = grams[kind]!.get(key);
      if (!places) grams[kind]!.set(key, [{ tokens, next }]);
      else if (places.push({ tokens, next }) > placesPerGram) places.shift();
    }
  }

  function find(tokens: readonly number[]): (Place & { readonly length: number }) | undefined {
    let best: (Place & { readonly length: number }) | undefined;
    for (const [kind, gram] of gramLengths.entries()) {
      const places = grams[kind]!.get(hash(tokens, tokens.length, gram)) ?? [];
      for (const place of places.toReversed()) {
        if (place.next === place.tokens.length) continue;
        const length = commonLength(tokens, place);
        // A hash may stand for several n-grams.
        if (length >= gram && length > (best?.length ?? 0)) best = { ...place, length };
      }
      if (best) return best;
    }
    return undefined;
  }

  for (let next = 1; next <= prompt.length; next++) note(prompt, next);

  return {
    createText() {
      const context = prompt.slice(-longestMatch);
      const tokens = [...context];
      note(tokens, tokens.length);
      return {
        follow(text) {
          for (const token of text.slice(tokens.length - context.length)) {
            tokens.push(token);
            note(tokens, tokens.length);
          }
        },
        match(most) {
          const found = tokens.length > 0 ? find(tokens) : undefined;
          if (!found || most < 1) return undefined;
          return { length: found.length, tokens: found.tokens.slice(found.next, found.next + most) };
        },
      };
    },
  };
}

function hash(tokens: readonly number[], end: number, length: number): number {
  let key = 0;
  for (let index = end - length; index < end; index++) key = Math.imul(key ^ tokens[index]!, 0x9e3779b1);
  return key;
}

/** How many of the last tokens stand before the place as well, at most `longestMatch`. */
function commonLength(tokens: readonly number[], place: Place): number {
  let length = 0;
  while (
    length < longestMatch &&
    length < place.next &&
    tokens[tokens.length - 1 - length] === place.tokens[place.next - 1 - length]
  ) {
    length++;
  }
  return length;
}
