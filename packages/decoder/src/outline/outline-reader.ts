import {
  createOutlineParser,
  markers,
  type OutlineEvent,
  type OutlineTitle,
  stepMarker,
} from '@beltline/format';
import type { FallbackReason } from '../events.ts';
import type { FormatRun } from '../run.ts';
import { createTokenText, type TokenText } from '../token-text.ts';
import type { BranchHead, Outline, Preamble } from './outline-stage.ts';

export type OutlineReader = ReturnType<typeof createOutlineReader>;

/** The parser and the tokens of the text that it reads, kept in step. */
export function createOutlineReader(
  { tokenizer }: FormatRun,
  place: 'start' | 'middle',
  { maxTitles, depth }: { readonly maxTitles: number; readonly depth: number },
) {
  const createParser = () => createOutlineParser({ maxTitles, depth });
  const tokenText = createTokenText(tokenizer, place);
  let parser = createParser();
  /** Length of the text up to the last chosen token: what was forced after it says nothing yet. */
  let chosenEnd = 0;

  const cutPreamble = (): Preamble => {
    const end = parser.preambleEnd!;
    return { tokens: tokenText.slice(0, end), cached: tokenText.countBefore(end) };
  };

  return {
    /** All tokens so far, chosen and forced. */
    tokens: tokenText.tokens,
    get inPreamble() {
      return parser.state === 'preamble';
    },
    /** Reads a chosen token; of one that goes on after a title's colon only the part up to there is kept. */
    choose(token: number): { events: OutlineEvent[]; tokens: number[] } {
      const events = parser.push(tokenText.push(token));
      const titleEnd = events.findIndex((event) => event.type === 'title-end');
      const { after } = { after: '', ...events[titleEnd] };
      const tokens = tokenText.cutLast(tokenText.text.length - after.length);
      chosenEnd = tokenText.text.length;
      if (after === '') return { events, tokens };
      parser = createParser();
      parser.push(tokenText.text);
      return { events: events.slice(0, titleEnd + 1), tokens };
    },
    /** Reads the token that completed the first marker, of which nothing behind it is kept. */
    open(token: number): number[] {
      parser.push(tokenText.push(token));
      const tokens = tokenText.cutLast(parser.preambleEnd! + stepMarker(depth).length);
      chosenEnd = tokenText.text.length;
      parser = createParser();
      parser.push(tokenText.text);
      return tokens;
    },
    force(tokens: readonly number[]): OutlineEvent[] {
      return parser.push(tokens.map((token) => tokenText.push(token)).join(''));
    },
    /** Reads the end of the text, after its end token if there is one. */
    end(token?: number): { events: OutlineEvent[]; tokens: number[] } {
      const text = (token === undefined ? '' : tokenText.push(token)) + tokenText.flush();
      chosenEnd = Math.max(chosenEnd, parser.state === 'preamble' ? tokenText.text.length : 0);
      return { events: [...parser.push(text), ...parser.end()], tokens: [] };
    },
    chosenTokens: () => tokenText.tokens.slice(0, tokenText.countBefore(chosenEnd)),
    outline(titles: readonly OutlineTitle[]): Outline {
      if (titles.length === 0) return this.malformed('no-titles');
      const heads = titles.map((title) => cutHead(tokenText, title, depth));
      return { type: 'outline', preamble: cutPreamble(), heads };
    },
    malformed(reason: FallbackReason): Outline {
      // Without any block the answer is complete as it stands.
      if (reason === 'no-block') {
        return { type: 'ended', reason, tokens: tokenText.tokens, finishReason: 'stop' };
      }
      return { type: 'malformed', reason, preamble: cutPreamble() };
    },
  };
}

function cutHead(text: TokenText, { title, rawTitle, offset }: OutlineTitle, depth: number): BranchHead {
  const end = offset + stepMarker(depth).length + rawTitle.length + markers.titleEnd.length;
  return { title, tokens: text.slice(offset, end) };
}
