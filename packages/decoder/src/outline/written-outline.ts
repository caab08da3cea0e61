import { defaultMaxTitleLength, nestedOutlineStart, type OutlinePlace, outlineStart } from '@beltline/format';
import { type OutlineVocabulary, readOutlineToken } from './outline-vocabulary.ts';

/** An outline as far as it is written. */
export interface WrittenOutline {
  readonly place: OutlinePlace;
  /** Titles that are complete, without surrounding white space. */
  readonly titles: ReadonlySet<string>;
  /** Bytes of the title that is being written; empty outside of one. */
  readonly title: Uint8Array;
  /** Its complete characters. */
  readonly text: string;
  /** Whether no character of it is incomplete. */
  readonly isWhole: boolean;
  /** Tokens of that title; one that holds its `####` as well does not count. */
  readonly titleTokens: number;
  /** Reads on to the end of these tokens, of which those from the last call are the beginning. */
  follow(tokens: readonly number[]): void;
  /** Whether the title could be closed after these bytes: it would not be blank, repeated or too long. */
  closable(added: Uint8Array): boolean;
}

const utf8 = new TextDecoder('utf-8', { ignoreBOM: true });

export function createWrittenOutline(vocabulary: OutlineVocabulary, depth = 1): WrittenOutline {
  const titles = new Set<string>();
  let place = depth === 1 ? outlineStart : nestedOutlineStart(depth);
  let title: Uint8Array = new Uint8Array(0);
  let text = '';
  let isWhole = true;
  let titleTokens = 0;
  let followed = 0;

  function read(token: number): void {
    const before = place.phase;
    const move = readOutlineToken(place, vocabulary.bytesOf(token));
    const inTitle = before === 'opened' || before === 'title';
    title = inTitle ? concat(title, move.title) : move.title;
    titleTokens = inTitle ? titleTokens + 1 : 0;
    text = new TextDecoder('utf-8', { ignoreBOM: true }).decode(title, { stream: true });
    isWhole = utf8.decode(title) === text;
    place = move.place;
    if (place.phase === 'closed' && before !== 'closed') titles.add(utf8.decode(title).trim());
  }

  return {
    get place() {
      return place;
    },
    titles,
    get title() {
      return title;
    },
    get text() {
      return text;
    },
    get isWhole() {
      return isWhole;
    },
    get titleTokens() {
      return titleTokens;
    },
    follow(tokens) {
      while (followed < tokens.length) read(tokens[followed++]!);
    },
    closable(added) {
      const bytes = concat(title, added);
      if (bytes.length > defaultMaxTitleLength) return false;
      const text = utf8.decode(bytes).trim();
      return text !== '' && !titles.has(text);
    },
  };
}

function concat(first: Uint8Array, second: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(first.length + second.length);
  bytes.set(first);
  bytes.set(second, first.length);
  return bytes;
}
