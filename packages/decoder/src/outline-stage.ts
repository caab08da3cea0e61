import { createOutlineParser, forcedAfterTitle, markers, type OutlineTitle } from '@beltline/format';
import type { DecodeEvent, FallbackReason, FinishReason } from './events.ts';
import { advance, hasRoom, type Line } from './line.ts';
import type { Run } from './run.ts';
import type { Sampler } from './sampler.ts';
import { createTokenText, type TokenText } from './token-text.ts';

/** What stage 1 found. */
export type Outline =
  /** An outline; `preamble` and the `####title:` of each branch as token ids. */
  | { readonly type: 'outline'; readonly preamble: Preamble; readonly heads: readonly BranchHead[] }
  /** No usable outline: normal decoding goes on after `preamble`. */
  | { readonly type: 'malformed'; readonly reason: FallbackReason; readonly preamble: Preamble }
  /** The answer ended without a block, or a limit was reached first. */
  | {
      readonly type: 'ended';
      readonly reason: FallbackReason;
      readonly tokens: readonly number[];
      readonly finishReason: FinishReason;
    };

export interface BranchHead {
  readonly title: string;
  /** Token ids of `####title:`. */
  readonly tokens: readonly number[];
}

export interface Preamble {
  /** Token ids of all text before the first `####`. */
  readonly tokens: readonly number[];
  /** How many of them are in the cache as they are; the rest shared a token with the marker. */
  readonly cached: number;
}

/** Decodes the preamble and the titles, forcing an ellipsis after each (paper, stage 1). */
export async function* decodeOutline(
  run: Run,
  trunk: Line,
  sample: Sampler,
): AsyncGenerator<DecodeEvent, Outline> {
  const { step, end, afterTitle } = run.vocabulary;
  const parser = createOutlineParser({ maxTitles: run.options.maxBranches });
  const text = createTokenText(run.tokenizer);
  // As in the reference: no marker as the first token, and no #### right after ####.
  let banned: readonly number[] = [step[0]!, end[0]!];

  for (;;) {
    if (run.meter.chosenTokens >= run.options.maxTokens || !hasRoom(run, [trunk])) {
      const reason = parser.state === 'preamble' ? 'no-block' : 'unclosed-outline';
      return { type: 'ended', reason, tokens: text.tokens, finishReason: 'length' };
    }
    const [logits] = yield* advance(run, 'outline', [trunk]);
    const token = sample(without(logits!, banned));
    banned = [];
    run.meter.countTokens(1);
    const ended = run.tokenizer.endTokens.includes(token);
    const events = [...parser.push(text.push(token)), ...(ended ? parser.end() : [])];
    if (!ended) trunk.pending.push(token);
    for (const event of events) {
      if (event.type === 'preamble-delta') yield { type: 'text-delta', stage: 'outline', text: event.text };
      else if (event.type === 'title-end') {
        yield { type: 'branch-start', branch: event.index, title: event.title.title };
        trunk.pending.push(...afterTitle);
        for (const forced of afterTitle) text.push(forced);
        parser.push(forcedAfterTitle);
        banned = [step[0]!];
      } else if (event.type === 'outline-end') {
        const preamble = cutPreamble(text, parser.preambleEnd!);
        if (event.titles.length === 0) return { type: 'malformed', reason: 'no-titles', preamble };
        return { type: 'outline', preamble, heads: event.titles.map((title) => cutHead(text, title)) };
      } else if (event.type === 'outline-malformed') {
        // Without any block the answer is complete as it stands.
        const reason = event.code;
        if (reason === 'no-block')
          return { type: 'ended', reason, tokens: text.tokens, finishReason: 'stop' };
        return { type: 'malformed', reason, preamble: cutPreamble(text, parser.preambleEnd!) };
      }
    }
  }
}

/** Makes some tokens impossible. The row is ours until the next pass, so no copy is made. */
export function without(logits: Float32Array, banned: readonly number[]): Float32Array {
  for (const token of banned) logits[token] = -Infinity;
  return logits;
}

function cutPreamble(text: TokenText, end: number): Preamble {
  return { tokens: text.slice(0, end), cached: text.countBefore(end) };
}

function cutHead(text: TokenText, { title, rawTitle, offset }: OutlineTitle): BranchHead {
  const end = offset + markers.step.length + rawTitle.length + markers.titleEnd.length;
  return { title, tokens: text.slice(offset, end) };
}
