import { markers } from '@beltline/format';
import type { Tokenizer } from '@beltline/tokenizer';
import { allowOnly, ban, type LogitsProcessor } from '../sampling/logits-processor.ts';
import { createOutlineVocabulary, longTitle, type OutlineVocabulary } from './outline-vocabulary.ts';
import { createWrittenOutline, type WrittenOutline } from './written-outline.ts';

/** Bounds of an outline. */
export interface OutlineLimits {
  /** Most titles, at least 1. */
  readonly maxTitles: number;
  /** Most tokens of one title, without its `####` and its colon, at least 1. */
  readonly maxTitleTokens: number;
  /** Depth of the block; default 1. The tokens of a deeper one's outline are those of the step that it stands in. */
  readonly depth?: number;
  /** Tells how many tokens may still be chosen before the outline is cut off. */
  readonly tokensLeft: () => number;
}

/** Makes what rules out tokens while one outline is decoded; a new one for each generation. */
export type OutlineConstraint = (limits: OutlineLimits) => LogitsProcessor;

const nothing = new Uint8Array(0);

/** Most tokens that a colon and the end marker take. */
const closingTokens = 1 + markers.end.length;

/** An outline with fewer tokens left, `####` being there, could not be closed. */
export const leastOutlineTokens = 1 + closingTokens;

/**
 * Makes a constraint under which an outline cannot break, whatever the model and its vocabulary: it begins with text, has
 * at least one title and not too many, none blank, repeated, too long or of several lines, and ends with `####%%%%`.
 *
 * The format's grammar decides over the bytes of each token, so it does not matter how the vocabulary cuts the markers.
 * Tokens are sorted once for each place in the grammar; a step then costs microseconds. Make it once per model.
 *
 * @example
 * const constraint = createOutlineConstraint(tokenizer);
 * decoder.generate('Compare the three offers.', { outlineConstraint: constraint, maxTitleTokens: 12 });
 */
export function createOutlineConstraint(tokenizer: Tokenizer): OutlineConstraint {
  return (limits) => constrain(vocabularyOf(tokenizer), limits);
}

/** Looked at when first needed, and once, however many decoders share a tokenizer. */
const vocabularies = new WeakMap<Tokenizer, OutlineVocabulary>();

function vocabularyOf(tokenizer: Tokenizer): OutlineVocabulary {
  const vocabulary = vocabularies.get(tokenizer) ?? createOutlineVocabulary(tokenizer);
  vocabularies.set(tokenizer, vocabulary);
  return vocabulary;
}

function constrain(vocabulary: OutlineVocabulary, limits: OutlineLimits): LogitsProcessor {
  const { maxTitles, tokensLeft } = limits;
  const outline = createWrittenOutline(vocabulary, limits.depth);
  /** As many as the limit of the whole answer leaves room for, so that what was begun can be closed. */
  let maxTitleTokens = limits.maxTitleTokens;

  function constrainPreamble(logits: Float32Array): void {
    const { breaking, ending, opening, closing } = vocabulary.movesFrom(outline.place);
    ban(logits, breaking);
    ban(logits, ending);
    // Too late to begin: the token itself, one of a title, and what closes it must fit.
    const isLate = tokensLeft() < 1 + leastOutlineTokens;
    if (isLate) ban(logits, opening);
    for (const { title, cut, tokens } of closing) {
      if (isLate || cut || !outline.closable(title)) ban(logits, tokens);
    }
  }

  /** In a title that may go on, or right after `####`. */
  function constrainTitle(logits: Float32Array): void {
    const { breaking, ending, opening, closing } = vocabulary.movesFrom(outline.place);
    const { titles, title, titleTokens } = outline;
    ban(logits, breaking);
    ban(logits, vocabulary.long);
    ban(logits, vocabulary.silent);
    // Rows of the model that no token has.
    logits.fill(-Infinity, vocabulary.size);
    const mayEnd = titles.size > 0;
    if (!mayEnd) ban(logits, ending);
    const repeats = mayRepeat(outline);
    for (const group of closing) {
      // What is cut is encoded anew, at worst byte by byte; half a character cannot be.
      const fits = !group.cut || (outline.isWhole && titleTokens + group.title.length <= maxTitleTokens);
      if (!fits || (repeats && !outline.closable(group.title))) ban(logits, group.tokens);
    }
    const isLast = titleTokens === maxTitleTokens - 1 || title.length >= longTitle;
    if (repeats && isLast) banUnclosable(logits, mayEnd ? new Set(opening) : new Set());
  }

  /** The title must be closed after one more token: rules out those after which it could not. */
  function banUnclosable(logits: Float32Array, exempt: ReadonlySet<number>): void {
    const { ending, closing } = vocabulary.movesFrom(outline.place);
    const finishing = new Set([...ending, ...closing.flatMap(({ tokens }) => tokens)]);
    const isSuspicious = createSuspicion(outline);
    for (const [token, text] of vocabulary.texts().entries()) {
      if (logits[token] === -Infinity || finishing.has(token) || exempt.has(token)) continue;
      if (text !== undefined && !isSuspicious(text)) continue;
      if (!outline.closable(vocabulary.bytesOf(token))) logits[token] = -Infinity;
    }
  }

  return (logits, tokens) => {
    outline.follow(tokens);
    const { place, titles, title, titleTokens } = outline;
    if (place.phase === 'start' || place.phase === 'preamble') return constrainPreamble(logits);
    if (place.phase !== 'opened' && place.phase !== 'title') return;
    maxTitleTokens = Math.min(limits.maxTitleTokens, titleTokens + tokensLeft() - closingTokens);
    const { ending, opening, closing } = vocabulary.movesFrom(place);
    const ends = titles.size > 0 ? [...ending, ...opening] : [];
    const isLate = place.phase === 'opened' && titles.size > 0 && maxTitleTokens < titleTokens + 1;
    if (titles.size >= maxTitles || isLate) return allowOnly(logits, ends);
    const isClosable = outline.closable(nothing);
    if (titleTokens < maxTitleTokens && !(title.length >= longTitle && isClosable)) {
      return constrainTitle(logits);
    }
    // Whoever spells the end marker may have more tokens than a title, but cannot make one of them.
    const mayClose = isClosable && titleTokens <= maxTitleTokens;
    const closes = closing.filter(
      (group) => mayClose && group.title.length === 0 && (outline.isWhole || !group.cut),
    );
    allowOnly(logits, [...closes.flatMap((group) => group.tokens), ...ends]);
  };
}

/** Whether some text after the title so far could make it blank or one that is there already. */
function mayRepeat({ text, titles }: WrittenOutline): boolean {
  const written = text.trim();
  return written === '' || [...titles].some((known) => known.startsWith(written));
}

/** Makes a quick test of a token's text; what passes cannot make the title blank or repeated. */
function createSuspicion(outline: WrittenOutline): (text: string) => boolean {
  const { titles } = outline;
  // Whole characters cannot complete a broken one.
  const written = (outline.isWhole ? outline.text : `${outline.text}\ufffd`).trimStart();
  if (written === '') return (text) => text.trim() === '' || titles.has(text.trim());
  const rests = [...titles]
    .filter((known) => known.startsWith(written))
    .map((known) => known.slice(written.length))
    .filter((rest) => rest !== '');
  return (text) => text.trim() === '' || rests.some((rest) => text.startsWith(rest));
}
