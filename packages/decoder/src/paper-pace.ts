import type { Stage, StageEvent } from './events.ts';
import { advance, freeSlots, type Line, openLine } from './line.ts';
import type { Run } from './run.ts';
import type { Writer } from './writer.ts';

/**
 * What the paper's script spends and Beltline does not, so that both can be compared: each forced token takes a pass of its
 * own, and a branch that has ended goes on taking a row. What is written is the same.
 */
export interface PaperPace {
  /** Puts the title's next token on the branch's line, if one is left; then nothing is chosen in this pass. */
  force(writer: Writer): boolean;
  /** A line with one token for each branch that has ended; `lines` go before them. */
  idle(lines: readonly Line[]): Generator<StageEvent, Line[]>;
}

/** Holds back all waiting tokens of the branches but the first of each. */
export function createPaperPace(run: Run, trunk: Line, branches: readonly Writer[]): PaperPace {
  const starts = new Map(branches.map(({ line }) => [line, { from: line.position, title: line.pending }]));
  for (const { line } of branches) line.pending = line.pending.slice(0, 1);
  let idling: Line | undefined;
  return {
    force({ line }) {
      const { from, title } = starts.get(line)!;
      const next = title[line.position - from];
      if (next !== undefined) line.pending.push(next);
      return next !== undefined;
    },
    *idle(lines) {
      const ended = branches.filter(({ finishReason }) => finishReason !== undefined);
      const waiting = lines.reduce((total, { pending }) => total + pending.length, 0);
      if (ended.length === 0 || freeSlots(run) < waiting + ended.length) return [];
      const { position } = ended[0]!.line;
      idling ??= yield* openLine(run, [trunk.strand], { position: position - 1, pending: [] });
      const { strand } = idling;
      // Any token will do: nobody sees it.
      const pending = run.tokenizer.endTokens.slice(0, 1);
      return ended.map(() => ({ strand, position: position - 1, pending, draft: [] }));
    },
  };
}

/** Lets all waiting tokens of the line but the last enter, each in a pass of its own. */
export async function* enterSingly(run: Run, stage: Stage, line: Line): AsyncGenerator<StageEvent, void> {
  const waiting = line.pending;
  for (const token of waiting.slice(0, -1)) {
    line.pending = [token];
    yield* advance(run, stage, [line], []);
  }
  line.pending = waiting.slice(-1);
}
