import { defaultMaxTitleLength, nextOutlinePlace, type OutlinePlace } from '@beltline/format';
import type { Tokenizer } from '@beltline/tokenizer';

/** What one token makes of an outline. */
export interface OutlineMove {
  readonly place: OutlinePlace;
  /** Bytes that it adds to the title; all of the title, if the token opened it. */
  readonly title: Uint8Array;
  /** Bytes behind what finished the title or the outline; the decoder drops them. */
  readonly surplus: number;
}

/** The tokens that hold more than plain text, by what they would make of an outline that stands in one place. */
export interface OutlineMoves {
  /** Would break it. */
  readonly breaking: Int32Array;
  /** Would complete `####%%%%`. */
  readonly ending: Int32Array;
  /** Would open a step; right after `####`, would go on spelling the end marker. */
  readonly opening: Int32Array;
  /** Would finish a title, together by what they add to it. */
  readonly closing: readonly ClosingTokens[];
}

export interface ClosingTokens {
  /** Bytes that they add to the title before its colon. */
  readonly title: Uint8Array;
  /** Whether they hold text after the colon, so that they are cut and encoded anew. */
  readonly cut: boolean;
  readonly tokens: readonly number[];
}

/** A model's vocabulary seen with the outline's grammar. */
export interface OutlineVocabulary {
  readonly size: number;
  /** Tokens that add no text, such as the end token. */
  readonly silent: Int32Array;
  /** Tokens of so many bytes that no title should hold them. */
  readonly long: Int32Array;
  bytesOf(token: number): Uint8Array;
  /** Text of each token, `[token]`, undefined where it is not whole characters; made when first asked for. */
  texts(): readonly (string | undefined)[];
  /** What each token can do from here; worked out once for each place. */
  movesFrom(place: OutlinePlace): OutlineMoves;
}

const utf8 = new TextDecoder('utf-8', { ignoreBOM: true });

/** Characters that the grammar does not take as plain text. */
const structural = new Set([...'#:.%\n\r'].map((character) => character.charCodeAt(0)));

/** A title of so many bytes is closed; so is none longer than the parser takes, whatever token comes last. */
export const longTitle = Math.floor(defaultMaxTitleLength / 2) - 4;

/** Looks at every token of a vocabulary once; plain ones, nearly all, are not looked at again. */
export function createOutlineVocabulary(tokenizer: Tokenizer): OutlineVocabulary {
  const size = tokenizer.vocabularySize;
  const silent: number[] = [];
  const long: number[] = [];
  const marked = new Map<number, Uint8Array>();
  for (let token = 0; token < size; token++) {
    const bytes = tokenizer.bytesOf(token);
    if (bytes.length > longTitle) long.push(token);
    if (bytes.length === 0) silent.push(token);
    else if (bytes.some((byte) => structural.has(byte))) marked.set(token, bytes);
  }
  const moves = new Map<OutlinePlace, OutlineMoves>();
  const bytesOf = (token: number) => marked.get(token) ?? tokenizer.bytesOf(token);
  let texts: (string | undefined)[] | undefined;
  return {
    size,
    silent: Int32Array.from(silent),
    long: Int32Array.from(long),
    bytesOf,
    texts() {
      texts ??= Array.from({ length: size }, (_, token) => {
        const text = utf8.decode(bytesOf(token));
        return text.includes('\ufffd') ? undefined : text;
      });
      return texts;
    },
    movesFrom(place) {
      const known = moves.get(place);
      if (known) return known;
      const found = sortMoves(place, marked);
      moves.set(place, found);
      return found;
    },
  };
}

/** Reads a token up to where the title or the outline is finished, or its end. */
export function readOutlineToken(place: OutlinePlace, bytes: Uint8Array): OutlineMove {
  let current = place;
  let start = 0;
  for (const [index, byte] of bytes.entries()) {
    const next = nextOutlinePlace(current, String.fromCharCode(byte));
    const { phase } = next;
    if (phase !== current.phase) {
      if (phase === 'opened') start = index + 1;
      if (phase === 'closed' || phase === 'ended' || phase === 'broken') {
        return { place: next, title: bytes.subarray(start, index), surplus: bytes.length - index - 1 };
      }
    }
    current = next;
  }
  return { place: current, title: bytes.subarray(start), surplus: 0 };
}

function sortMoves(place: OutlinePlace, marked: ReadonlyMap<number, Uint8Array>): OutlineMoves {
  const breaking: number[] = [];
  const ending: number[] = [];
  const opening: number[] = [];
  const inStep = place.phase === 'opened' || place.phase === 'title';
  const closing = new Map<string, { title: Uint8Array; cut: boolean; tokens: number[] }>();
  for (const [token, bytes] of marked) {
    const { place: next, title, surplus } = readOutlineToken(place, bytes);
    const isTitle = next.phase === 'opened' || next.phase === 'title' || next.phase === 'closed';
    if (next.phase === 'broken' || (isTitle && title.length > longTitle)) breaking.push(token);
    else if (next.phase === 'ended') ending.push(token);
    else if (next.phase === 'opened' || (next.phase === 'title' && !inStep)) opening.push(token);
    else if (next.phase === 'closed') {
      const cut = surplus > 0;
      const key = `${cut} ${title.join()}`;
      const group = closing.get(key) ?? { title, cut, tokens: [] };
      closing.set(key, group);
      group.tokens.push(token);
    }
  }
  return {
    breaking: Int32Array.from(breaking),
    ending: Int32Array.from(ending),
    opening: Int32Array.from(opening),
    closing: [...closing.values()],
  };
}
