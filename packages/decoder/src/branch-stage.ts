import { markers } from '@beltline/format';
import type { BranchFinishReason, StageEvent } from './events.ts';
import type { JoinPart } from './join-stage.ts';
import { type Line, openLine } from './line.ts';
import { decodeInLockStep } from './lock-step.ts';
import { ban } from './logits-processor.ts';
import type { BranchHead } from './outline-stage.ts';
import { assignStreams } from './random-streams.ts';
import type { FormatRun } from './run.ts';
import { createWriter, type Writer } from './writer.ts';

/** One decoded branch; its tokens in the answer are `####title:` and the body, set off from the next marker. */
export interface Branch extends JoinPart {
  /** Number of its block in the answer. */
  readonly block: number;
  readonly title: string;
  /** How many of its tokens are `####title:`. */
  readonly headLength: number;
  /** Text of the body up to the next marker. */
  readonly body: string;
  readonly finishReason: BranchFinishReason;
}

export interface BranchStage {
  readonly branches: readonly Branch[];
  /** The limit of the whole answer or of the cache was reached: there is no room for a conclusion. */
  readonly stopped: boolean;
}

export interface BlockStart {
  readonly heads: readonly BranchHead[];
  /** Token ids of the answer before the block; penalties count them. */
  readonly history: readonly number[];
  /** Number of the block in the answer. */
  readonly block: number;
  /** `####title:` of all branches in blocks before it, as token ids. */
  readonly earlier: readonly (readonly number[])[];
}

/** Decodes all branches of a block in lock step below the trunk (paper, stage 2). */
export async function* decodeBranches(
  run: FormatRun,
  trunk: Line,
  { heads, history, block, earlier }: BlockStart,
): AsyncGenerator<StageEvent, BranchStage> {
  const start = trunk.position + trunk.pending.length;
  const firstBranch = earlier.length;
  const streams = assignStreams([...earlier, ...heads.map(({ tokens }) => tokens)]).slice(firstBranch);
  const writers: Writer[] = [];
  for (const [index, head] of heads.entries()) {
    writers.push(
      createWriter({
        tokenizer: run.tokenizer,
        line: yield* openLine(run, [trunk.strand], { position: start, pending: [...head.tokens] }),
        sample: run.createSampler(streams[index]!),
        history: [...history, ...head.tokens],
        stops: [markers.step, ...run.options.stop],
        maxTokens: run.options.maxBranchTokens,
        // Right after the colon an ellipsis would leave the body out.
        constraint: (logits, tokens) => {
          if (tokens.length === 0) ban(logits, run.vocabulary.ellipsis.slice(0, 1));
        },
      }),
    );
  }
  const complete = yield* decodeInLockStep(run, trunk, writers, firstBranch);
  const branches = writers.map((writer, index) => ({
    block,
    ...finishBranch(run, writer, heads[index]!, start),
  }));
  return { branches, stopped: !complete };
}

function finishBranch(
  run: FormatRun,
  writer: Writer,
  head: BranchHead,
  start: number,
): Omit<Branch, 'block'> {
  // A body that was cut short may lack the blank line before the next marker.
  const separator = writer.text.endsWith('\n') ? [] : run.vocabulary.separator;
  return {
    title: head.title,
    headLength: head.tokens.length,
    body: writer.text,
    tokens: [...head.tokens, ...writer.tokens(), ...separator],
    decoded: [...head.tokens, ...writer.chosen],
    finishReason: writer.finishReason!,
    line: writer.line,
    start,
  };
}
