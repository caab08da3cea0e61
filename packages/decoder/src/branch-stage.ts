import { stepMarker } from '@beltline/format';
import type { BranchFinishReason, StageEvent } from './events.ts';
import type { JoinPart } from './join-stage.ts';
import { type Line, openLine } from './line.ts';
import { decodeInLockStep } from './lock-step.ts';
import type { Numbering } from './outline/numbering.ts';
import type { BranchHead } from './outline/outline-stage.ts';
import type { FormatRun } from './run.ts';
import { ban } from './sampling/logits-processor.ts';
import { assignStreams } from './sampling/random-streams.ts';
import { createWriter, type Writer } from './writer.ts';

/** One decoded branch; its tokens in the answer are `####title:` and the body, set off from the next marker. */
export interface Branch extends JoinPart {
  /** Number of its block in the answer. */
  readonly block: number;
  /** Number of the branch that its block stands in, if it is nested. */
  readonly parent: number | undefined;
  readonly title: string;
  /** How many of its tokens are `####title:`. */
  readonly headLength: number;
  /** Text of the body up to the next marker, nested blocks included. */
  readonly body: string;
  readonly finishReason: BranchFinishReason;
  /** Blocks in its body, and the numbers of its tokens that they start with. */
  readonly nested: readonly { readonly start: number; readonly branches: readonly Branch[] }[];
}

/** A branch as far as it is written. */
export interface OpenBranch {
  /** Number in the answer, as `block` and `parent` are. */
  readonly branch: number;
  readonly block: number;
  readonly parent: number | undefined;
  readonly depth: number;
  readonly head: BranchHead;
  /** Token ids of the answer before it. */
  readonly history: readonly number[];
  /** Its token ids on lines that it went on from, and those that its own line began with at position `start`. */
  readonly before: readonly number[];
  readonly opening: readonly number[];
  readonly start: number;
  /** Text of the body before what the writer writes, and how many tokens were chosen for it outside of nested blocks. */
  readonly text: string;
  readonly used: number;
  readonly writer: Writer;
  readonly nested: Branch['nested'];
}

export interface BlockStart {
  readonly heads: readonly BranchHead[];
  /** Token ids of the answer before the block; penalties count them. */
  readonly history: readonly number[];
  readonly numbering: Numbering;
  /** Depth of the block; default 1. */
  readonly depth?: number;
  /** Number of the branch that it stands in, if it does. */
  readonly parent?: number;
}

export interface BranchStage {
  readonly branches: readonly OpenBranch[];
  /** The limit of the whole answer was reached: there is no room for a conclusion. */
  readonly stopped: boolean;
}

/** Decodes all branches of a block in lock step below the trunk (paper, stage 2), each up to a block that it opens. */
export async function* decodeBranches(
  run: FormatRun,
  trunk: Line,
  { heads, history, numbering, depth = 1, parent }: BlockStart,
): AsyncGenerator<StageEvent, BranchStage> {
  const start = trunk.position + trunk.pending.length;
  const { block, firstBranch } = numbering;
  const streams = assignStreams([...numbering.heads, ...heads.map(({ tokens }) => tokens)]);
  numbering.add(heads.map(({ tokens }) => tokens));
  const branches: OpenBranch[] = [];
  for (const [index, head] of heads.entries()) {
    const writer = createWriter({
      tokenizer: run.tokenizer,
      line: yield* openLine(run, [trunk.strand], { position: start, pending: [...head.tokens] }),
      sample: run.createSampler(streams[firstBranch + index]!),
      history: [...history, ...head.tokens],
      stops: [...listStops(run, depth)],
      maxTokens: run.options.maxBranchTokens,
      // Right after the colon an ellipsis would leave the body out.
      constraint: (logits, tokens) => {
        if (tokens.length === 0) ban(logits, run.vocabulary.ellipsis.slice(0, 1));
      },
    });
    const place = { branch: firstBranch + index, block, parent, depth, head, history };
    branches.push({
      ...place,
      before: [],
      opening: head.tokens,
      start,
      text: '',
      used: 0,
      writer,
      nested: [],
    });
  }
  const writers = branches.map(({ writer }) => writer);
  const pause = pauseOf(run, depth);
  const complete = yield* decodeInLockStep(run, trunk, writers, { firstBranch, pause });
  return { branches, stopped: !complete };
}

/** What ends the text of a branch: the markers of its own depth and of those around it, and of a block that it may open. */
function listStops(run: FormatRun, depth: number): string[] {
  const depths = Math.min(depth + 1, run.options.maxDepth);
  return [...Array.from({ length: depths }, (_, index) => stepMarker(index + 1)), ...run.options.stop];
}

/** The marker of a block that a branch may open. */
export function pauseOf({ options }: FormatRun, depth: number): string | undefined {
  const marker = stepMarker(depth + 1);
  return depth < options.maxDepth && !options.stop.includes(marker) ? marker : undefined;
}

/** Lets another writer go on with a branch, on a line that waits with `opening`; one that `inOrder` opens no blocks any more. */
export function resumeBranch(
  run: FormatRun,
  branch: OpenBranch,
  { line, inOrder = false }: { readonly line: Line; readonly inOrder?: boolean },
): Writer {
  const pause = inOrder ? pauseOf(run, branch.depth) : undefined;
  const written = [...branch.before, ...branch.opening];
  const maxTokens = run.options.maxBranchTokens - branch.used;
  const writer = createWriter({
    tokenizer: run.tokenizer,
    line,
    sample: run.createSampler(assignStreams([written])[0]!),
    history: [...branch.history, ...written],
    stops: listStops(run, branch.depth).filter((stop) => stop !== pause),
    passes: pause === undefined ? [] : [pause],
    maxTokens,
  });
  if (maxTokens <= 0) writer.finish('length');
  return writer;
}

/** Closes a branch as it stands in the answer. */
export function finishBranch(run: FormatRun, open: OpenBranch): Branch {
  const { writer, head, before, opening } = open;
  const body = open.text + writer.text;
  // A body that was cut short may lack the blank line before the next marker.
  const separator = body.endsWith('\n') ? [] : run.vocabulary.separator;
  return {
    block: open.block,
    parent: open.parent,
    title: head.title,
    headLength: head.tokens.length,
    body,
    tokens: [...before, ...opening, ...writer.tokens(), ...separator],
    before: before.length,
    decoded: [...opening, ...writer.chosen],
    finishReason: writer.finishReason!,
    line: writer.line,
    start: open.start,
    nested: open.nested,
  };
}
