import { createMarkerScanner, markers } from '@beltline/format';
import type { DecodeEvent, FinishReason } from './events.ts';
import { advance, hasRoom, type Line, openLine } from './line.ts';
import { ban } from './logits-processor.ts';
import type { BranchHead } from './outline-stage.ts';
import type { Run } from './run.ts';
import type { Sampler } from './sampler.ts';
import { createTokenText } from './token-text.ts';

/** One decoded branch. */
export interface Branch {
  readonly title: string;
  /** Text of the body up to the next marker. */
  readonly body: string;
  /** Token ids as they stand in the answer: `####title:` and the body, set off from the next marker. */
  readonly tokens: readonly number[];
  /** All token ids that were chosen or forced for it, the marker's included if it took several. */
  readonly decoded: readonly number[];
  readonly finishReason: FinishReason;
  readonly line: Line;
}

export interface BranchStage {
  readonly branches: readonly Branch[];
  /** The limit of the whole answer or of the cache was reached: there is no room for a conclusion. */
  readonly stopped: boolean;
}

/**
 * Decodes all branches in lock step below the trunk (paper, stage 2): one forward pass gives one token to each live
 * branch. All titles enter in one ragged pass, and a finished branch leaves the step at once.
 */
export async function* decodeBranches(
  run: Run,
  trunk: Line,
  heads: readonly BranchHead[],
): AsyncGenerator<DecodeEvent, BranchStage> {
  const start = trunk.position + trunk.pending.length;
  const branches: ReturnType<typeof openBranch>[] = [];
  for (const [index, head] of heads.entries()) {
    const line = yield* openLine(run, [trunk.strand], { position: start, pending: [...head.tokens] });
    branches.push(openBranch(run, head, index, line));
  }
  let live = branches;
  while (live.length > 0) {
    const readers = live.map(({ line }) => line);
    // What is left of the preamble rides along.
    const lines = trunk.pending.length > 0 ? [trunk, ...readers] : readers;
    const tokensLeft = run.options.maxTokens - run.meter.chosenTokens;
    if (tokensLeft < live.length || !hasRoom(run, lines)) {
      for (const branch of live) yield* branch.finish('length');
      return { branches: branches.map((branch) => branch.result()), stopped: true };
    }
    const logits = yield* advance(run, 'branches', lines, readers);
    run.meter.countTokens(live.length);
    for (const [index, branch] of live.entries()) yield* branch.take(logits[index]!);
    live = live.filter(({ finishReason }) => finishReason === undefined);
  }
  return { branches: branches.map((branch) => branch.result()), stopped: false };
}

function openBranch(run: Run, head: BranchHead, index: number, line: Line) {
  const sample: Sampler = run.createSampler(index + 1);
  const scanner = createMarkerScanner([markers.step]);
  const text = createTokenText(run.tokenizer, 'middle');
  let body = '';
  let finishReason: FinishReason | undefined;

  function* emit(delta: string): Generator<DecodeEvent> {
    body += delta;
    if (delta !== '') yield { type: 'branch-delta', branch: index, text: delta };
  }

  function* finish(reason: FinishReason, markerFound = false): Generator<DecodeEvent> {
    if (!markerFound) {
      const { text: safe } = scanner.push(text.flush());
      yield* emit(safe + scanner.flush());
    }
    finishReason = reason;
    yield { type: 'branch-end', branch: index, finishReason };
  }

  return {
    line,
    get finishReason() {
      return finishReason;
    },
    finish,
    /** Chooses the branch's next token from its logits. */
    *take(logits: Float32Array): Generator<DecodeEvent> {
      // Right after the colon an ellipsis would leave the body out.
      if (text.tokens.length === 0) ban(logits, [run.vocabulary.ellipsis[0]!]);
      const token = sample(logits);
      if (run.tokenizer.endTokens.includes(token)) return yield* finish('stop');
      const { text: safe, marker } = scanner.push(text.push(token));
      yield* emit(safe);
      if (marker !== undefined) return yield* finish('stop', true);
      line.pending.push(token);
      if (text.tokens.length >= run.options.maxBranchTokens) yield* finish('length');
    },
    result(): Branch {
      // A body that was cut short may lack the blank line before the next marker.
      const separator = body.endsWith('\n') ? [] : run.vocabulary.separator;
      return {
        title: head.title,
        body,
        tokens: [...head.tokens, ...text.slice(0, body.length), ...separator],
        decoded: [...head.tokens, ...text.tokens],
        finishReason: finishReason!,
        line,
      };
    },
  };
}
