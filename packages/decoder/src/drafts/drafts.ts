import type { StageEvent } from '../events.ts';
import { freeSlots, keepSlotsBefore, type Line } from '../line.ts';
import type { Run } from '../run.ts';
import { createDraftChances, type DraftChances } from './draft-chances.ts';
import { createDraftIndex, type DraftText } from './draft-index.ts';
import { chooseDraftLengths } from './draft-lengths.ts';

/** Most tokens of one draft. */
const mostDrafted = 24;

/** What drafts of one generation share. */
export interface Drafting {
  /** Token ids of the prompt. */
  readonly prompt: readonly number[];
  readonly chances: DraftChances;
}

/** @param prompt token ids, `[token]`. */
export function createDrafting(prompt: readonly number[]): Drafting {
  return { prompt, chances: createDraftChances() };
}

/** A line that may be given a draft. */
export interface Drafted {
  readonly line: Line;
  /** Token ids of the answer that it sees, its own included. */
  readonly history: readonly number[];
  /** Most tokens that it may choose in this pass, at least 1. */
  readonly most: number;
}

/**
 * Drafts of lines that decode together (prompt lookup): what came after the same tokens in the prompt, in the answer or on a
 * sibling line enters the cache with the waiting tokens, and the same pass tells how much of it would have been chosen.
 *
 * A pass goes `propose`, `advance`, `read` on each line, `settle`. Every token is chosen from the logits after the right
 * tokens, one after the other, as it would be without drafts: what is written does not depend on them.
 */
export interface Drafts {
  /** Gives these lines drafts where that is likely to pay; what waits on `companions` enters with the same pass. */
  propose(lines: readonly Drafted[], companions?: readonly Line[]): void;
  /** The rows of a line that are to be chosen from, as long as what was chosen is what was drafted. */
  read(line: Line, rows: readonly Float32Array[]): Generator<Float32Array, void>;
  /** Takes what was drafted wrongly out of the cache again. */
  settle(lines: readonly Line[]): Generator<StageEvent, void>;
}

/** Begins drafts for one stage; without `run.drafting` there are none. */
export function startDrafts(run: Run): Drafts {
  const { drafting, meter } = run;
  const index = drafting && createDraftIndex(drafting.prompt);
  const texts = new Map<Line, DraftText>();
  const matchLengths = new Map<Line, number>();

  function offerOf({ line, history, most }: Drafted) {
    const text = texts.get(line) ?? index!.createText();
    texts.set(line, text);
    text.follow(history);
    const room = run.model.shape.contextLength - line.position - line.pending.length;
    const match = line.pending.length > 0 ? text.match(Math.min(mostDrafted, most - 1, room)) : undefined;
    // Nothing is read after an end token.
    const end = match?.tokens.findIndex((token) => run.tokenizer.endTokens.includes(token)) ?? -1;
    const tokens = end < 0 ? match?.tokens : match?.tokens.slice(0, end);
    return match && tokens!.length > 0 ? [{ line, matchLength: match.length, draft: tokens! }] : [];
  }

  return {
    propose(lines, companions = []) {
      if (!drafting) return;
      const waiting = [...companions, ...lines.map(({ line }) => line)];
      const pending = waiting.reduce((total, line) => total + line.pending.length, 0);
      // What goes in chunks (a join) takes several passes anyway.
      const room = Math.min(freeSlots(run), run.options.chunkSize) - pending;
      if (room <= 0) return;
      const offers = lines.flatMap(offerOf);
      const lengths = chooseDraftLengths(
        offers.map(({ matchLength, draft }) => ({ matchLength, tokens: draft.length })),
        drafting.chances,
        { lines: lines.length, room },
      );
      for (const [number, { line, matchLength, draft }] of offers.entries()) {
        line.draft = draft.slice(0, lengths[number]);
        matchLengths.set(line, matchLength);
        meter.countDrafted(line.draft.length);
      }
    },
    *read(line, rows) {
      for (let next = 0; ; ) {
        yield rows[next]!;
        const { pending, draft } = line;
        // Tokens that were forced, not chosen, may be among those that agree.
        const chosen = pending.length;
        if (chosen <= next || chosen > draft.length || agreeing(line) < chosen) return;
        next = chosen;
        meter.countAccepted();
      }
    },
    *settle(lines) {
      const drafted = lines.filter(({ draft }) => draft.length > 0);
      let wrong = false;
      for (const line of drafted) {
        const right = agreeing(line);
        const differs = right < line.draft.length;
        wrong ||= differs;
        drafting!.chances.learn(matchLengths.get(line)!, right, differs && line.pending.length > right);
        line.position += right;
        line.pending.splice(0, right);
        line.draft = [];
      }
      const ends = new Map(drafted.map(({ strand, position }) => [strand, position]));
      if (wrong) yield* keepSlotsBefore(run, (strand) => ends.get(strand) ?? Infinity);
    },
  };
}

/** How many of the tokens that were chosen since are those of the draft. */
function agreeing({ pending, draft }: Line): number {
  const differs = pending.findIndex((token, index) => token !== draft[index]);
  return differs < 0 ? pending.length : differs;
}
