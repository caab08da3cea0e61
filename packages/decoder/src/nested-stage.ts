import { markers, stepMarker } from '@beltline/format';
import {
  type Branch,
  decodeBranches,
  finishBranch,
  type OpenBranch,
  pauseOf,
  resumeBranch,
} from './branch-stage.ts';
import type { StageEvent } from './events.ts';
import { alignLine, joinBranches } from './join-stage.ts';
import { advance, hasRoom, keepSlotsBefore, type Line } from './line.ts';
import { decodeInLockStep } from './lock-step.ts';
import type { Numbering } from './outline/numbering.ts';
import { leastOutlineTokens } from './outline/outline-constraint.ts';
import { type BranchHead, constrainOutline, decodeOutline } from './outline/outline-stage.ts';
import type { FormatRun } from './run.ts';
import { assignStreams } from './sampling/random-streams.ts';
import { inStage } from './stage.ts';
import { createTokenText } from './token-text.ts';

export interface FinishedBranches {
  readonly branches: readonly Branch[];
  readonly stopped: boolean;
}

/**
 * Finishes the branches of a block: those that stopped where a nested block opens decode it, its outline, branches and
 * join, and then go on behind it, one after the other.
 */
export async function* finishBranches(
  run: FormatRun,
  open: readonly OpenBranch[],
  numbering: Numbering,
): AsyncGenerator<StageEvent, FinishedBranches> {
  const branches: Branch[] = [];
  let stopped = false;
  for (let branch of open) {
    const pause = pauseOf(run, branch.depth);
    while (pause !== undefined && branch.writer.stop === pause) {
      const hasTokens = run.options.maxTokens - run.meter.chosenTokens >= leastOutlineTokens;
      const mayOpen = hasTokens && numbering.mayOpen;
      const heads = mayOpen ? yield* listHeads(run, branch, numbering) : undefined;
      const grown = heads ? yield* addBlock(run, branch, heads, numbering) : yield* goOnInOrder(run, branch);
      branch = grown.branch;
      stopped ||= grown.stopped;
    }
    branches.push(finishBranch(run, branch));
  }
  return { branches, stopped };
}

interface Grown {
  readonly branch: OpenBranch;
  readonly stopped: boolean;
}

/** Decodes the outline of the block that opens in a branch; nothing if it is of no use. */
async function* listHeads(
  run: FormatRun,
  { branch, depth, history, before, opening, start, writer }: OpenBranch,
  { block, firstBranch }: Numbering,
): AsyncGenerator<StageEvent, readonly BranchHead[] | undefined> {
  const { line, chosen } = writer;
  const own = [...opening, ...chosen];
  // The token that completed the marker is read as one of the outline.
  yield* rewind(run, line, start + own.length - 1);
  line.pending = own.slice(line.position - start, -1);
  const written = [...before, ...opening];
  const work = decodeOutline(run, {
    line,
    sample: run.createSampler(assignStreams([[...written, ...chosen]])[0]!),
    constrain: constrainOutline(run, firstBranch, depth + 1),
    history: [...history, ...written],
    opened: chosen,
    ...{ block, firstBranch, depth: depth + 1, parent: branch },
  });
  const outline = yield* inStage(run, 'outline', work);
  if (outline.type === 'outline') return outline.heads;
  yield { type: 'fallback', reason: outline.reason, branch };
  return undefined;
}

/** Decodes the branches of a nested block, joins them, and lets the branch go on behind them. */
async function* addBlock(
  run: FormatRun,
  branch: OpenBranch,
  heads: readonly BranchHead[],
  numbering: Numbering,
): AsyncGenerator<StageEvent, Grown> {
  const { writer, depth, history, nested } = branch;
  const { line } = writer;
  const { text, written } = yield* settle(run, branch);
  const block = { heads, history: [...history, ...written], numbering, depth: depth + 1 };
  const work = decodeBranches(run, line, { ...block, parent: branch.branch });
  const below = yield* inStage(run, 'branches', work);
  const { branches, stopped } = yield* finishBranches(run, below.branches, numbering);

  const closing = run.tokenizer.encode(stepMarker(depth + 1) + markers.end, { place: 'middle' });
  const joined = yield* joinBranches(run, run.options.join, line, branches, closing);
  const added = [...branches.flatMap(({ tokens }) => tokens), ...closing];
  const tokens = [...written, ...added];
  const opening = [...joined.line.pending];
  const grown = {
    ...branch,
    before: tokens.slice(0, tokens.length - opening.length),
    opening,
    start: joined.line.position,
    text: text + textOf(run, added),
    used: branch.used + writer.chosen.length,
    nested: [...nested, { start: written.length, branches }],
  };
  const next = { ...grown, writer: resumeBranch(run, grown, joined) };
  const complete = yield* inStage(run, 'branches', goOn(run, next, joined.companions));
  return { branch: next, stopped: below.stopped || stopped || !complete };
}

/** No block may open here: what looks like one is text. */
async function* goOnInOrder(run: FormatRun, branch: OpenBranch): AsyncGenerator<StageEvent, Grown> {
  const { line } = branch.writer;
  const { text } = yield* settle(run, branch);
  const opening = [...branch.opening, ...branch.writer.tokens()];
  if (line.pending.length === 0) {
    // The logits after the last token are gone: it goes through once more.
    yield* rewind(run, line, line.position - 1);
    line.pending = opening.slice(-1);
  }
  const grown = { ...branch, opening, text, used: branch.used + branch.writer.chosen.length };
  const next = { ...grown, writer: resumeBranch(run, grown, { line, inOrder: true }) };
  const complete = yield* inStage(run, 'branches', goOn(run, next, []));
  return { branch: next, stopped: !complete };
}

/** Lets a branch write alone, after what must enter before it. Returns false if the limit of the answer was reached. */
async function* goOn(
  run: FormatRun,
  { branch, depth, writer }: OpenBranch,
  companions: readonly Line[],
): AsyncGenerator<StageEvent, boolean> {
  const waiting = companions.filter(({ pending }) => pending.length > 0);
  if (!writer.finishReason && !hasRoom(run, waiting)) writer.finish('length');
  else if (waiting.length > 0) yield* advance(run, 'branches', waiting, []);
  if (writer.finishReason) {
    yield { type: 'branch-end', branch, finishReason: writer.finishReason };
    return true;
  }
  const nothing: Line = { ...writer.line, pending: [] };
  const options = { firstBranch: branch, pause: pauseOf(run, depth) };
  return yield* decodeInLockStep(run, nothing, [writer], options);
}

/** Takes all behind the text of a branch out of its line; returns that text and the branch's tokens. */
async function* settle(
  run: FormatRun,
  { writer, before, opening, start, text }: OpenBranch,
): AsyncGenerator<StageEvent, { text: string; written: readonly number[] }> {
  const { line } = writer;
  const written = [...before, ...opening, ...writer.tokens()];
  const decoded = [...opening, ...writer.chosen];
  alignLine({ line, start, tokens: written, before: before.length, decoded });
  const { position } = line;
  yield* keepSlotsBefore(run, (strand) => (strand === line.strand ? position : Infinity));
  return { text: text + writer.text, written };
}

function* rewind(run: FormatRun, line: Line, position: number): Generator<StageEvent> {
  line.position = Math.min(line.position, position);
  const end = line.position;
  yield* keepSlotsBefore(run, (strand) => (strand === line.strand ? end : Infinity));
}

function textOf({ tokenizer }: FormatRun, tokens: readonly number[]): string {
  const tokenText = createTokenText(tokenizer, 'middle');
  for (const token of tokens) tokenText.push(token);
  tokenText.flush();
  return tokenText.text;
}
