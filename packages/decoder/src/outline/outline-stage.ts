import { markers, stepMarker, stepSeparator } from '@beltline/format';
import { startDrafts } from '../drafts/drafts.ts';
import type { FallbackReason, FinishReason, StageEvent } from '../events.ts';
import { advance, hasRoom, type Line } from '../line.ts';
import { enterSingly } from '../paper-pace.ts';
import type { FormatRun } from '../run.ts';
import type { LogitsProcessor } from '../sampling/logits-processor.ts';
import type { Sampler } from '../sampling/sampler.ts';
import { createOutlineReader, type OutlineReader } from './outline-reader.ts';

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

/** Where the text of an outline begins. */
export interface OutlineStart {
  /** The line that it is written on. */
  readonly line: Line;
  readonly sample: Sampler;
  /** Rules out tokens; it has been told of those in `opened`. */
  readonly constrain: LogitsProcessor;
  /** Token ids of the answer before this text; penalties count them. */
  readonly history: readonly number[];
  /**
   * Token ids of the text so far, if it is one in which a block has opened. All but the last, which completed `####`, are
   * in the cache or wait on the line, and their text has been told.
   */
  readonly opened: readonly number[];
  /** Number of the block in the answer, and of its first branch. */
  readonly block: number;
  readonly firstBranch: number;
  /** Depth of the block; default 1. */
  readonly depth?: number;
  /** Number of the branch that it stands in, if it does. */
  readonly parent?: number | undefined;
}

/** Makes what rules out tokens in one outline; `branches` are in the answer already. */
export function constrainOutline(run: FormatRun, branches: number, depth = 1): LogitsProcessor {
  return run.outlineConstraint({
    depth,
    maxTitles: run.options.maxBranches - branches,
    maxTitleTokens: run.options.maxTitleTokens,
    tokensLeft: () => run.options.maxTokens - run.meter.chosenTokens,
  });
}

/** Decodes the preamble and the titles, forcing an ellipsis after each (paper, stage 1). */
export async function* decodeOutline(
  run: FormatRun,
  { line, sample, constrain, history, opened, block, firstBranch, depth = 1, parent }: OutlineStart,
): AsyncGenerator<StageEvent, Outline> {
  const afterTitle = encodeAfterTitle(run, depth);
  const isFirst = opened.length === 0;
  const reader = createOutlineReader(run, isFirst ? 'start' : 'middle', {
    maxTitles: run.options.maxBranches - firstBranch,
    depth,
  });
  const answer = () => (isFirst ? reader.tokens : [...history, ...reader.tokens]);
  const drafts = startDrafts(run);
  reader.force(opened.slice(0, -1));
  let outline: Outline | undefined;
  if (depth > 1) line.pending.push(...reader.open(opened.at(-1)!));
  else if (!isFirst) outline = yield* read(opened.at(-1)!);

  while (!outline) {
    const left = run.options.maxTokens - run.meter.chosenTokens;
    if (left <= 0 || !hasRoom(run, [line])) return yield* stopOutline(reader, left > 0);
    if (run.options.pace === 'paper') yield* enterSingly(run, 'outline', line);
    drafts.propose([{ line, history: answer(), most: left }]);
    const rows = yield* advance(run, 'outline', [line]);
    for (const logits of drafts.read(line, rows.get(line)!)) {
      run.signal?.throwIfAborted();
      constrain(logits, reader.tokens);
      const token = sample(logits, answer());
      run.meter.countTokens(1);
      outline = yield* read(token);
      if (outline) break;
    }
    yield* drafts.settle([line]);
  }
  return outline;

  /** Reads a token, and returns the outline if that ends it. */
  function* read(token: number): Generator<StageEvent, Outline | undefined> {
    const ended = run.tokenizer.endTokens.includes(token);
    const { events, tokens } = ended ? reader.end(token) : reader.choose(token);
    line.pending.push(...tokens);
    for (const event of events) {
      if (event.type === 'preamble-delta' && isFirst) yield toTextDelta(event.text);
      else if (event.type === 'title-end') {
        const { index, title } = event;
        const branch = { branch: firstBranch + index, block, title: title.title };
        yield { type: 'branch-start', ...branch, ...(parent !== undefined && { parent }) };
        line.pending.push(...afterTitle);
        events.push(...reader.force(afterTitle));
      } else if (event.type === 'outline-end') return reader.outline(event.titles);
      else if (event.type === 'outline-malformed') return reader.malformed(event.code);
    }
    return undefined;
  }
}

/** A limit was reached: keeps what the model chose, or goes on after the preamble if only the room is short. */
function* stopOutline(reader: OutlineReader, hasTokens: boolean): Generator<StageEvent, Outline> {
  if (hasTokens && !reader.inPreamble) return reader.malformed('unclosed-outline');
  const reason = reader.inPreamble ? 'no-block' : 'unclosed-outline';
  for (const event of reader.end().events) {
    if (event.type === 'preamble-delta') yield toTextDelta(event.text);
  }
  return { type: 'ended', reason, tokens: reader.chosenTokens(), finishReason: 'length' };
}

function toTextDelta(text: string): StageEvent {
  return { type: 'text-delta', stage: 'outline', text };
}

function encodeAfterTitle({ tokenizer, vocabulary }: FormatRun, depth: number): readonly number[] {
  if (depth === 1) return vocabulary.afterTitle;
  const text = `${markers.ellipsis}${stepSeparator}${stepMarker(depth)}`;
  return tokenizer.encode(text, { place: 'middle' });
}
