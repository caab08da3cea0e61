import type { StageEvent } from './events.ts';
import { advance, hasRoom, type Line } from './line.ts';
import type { Run } from './run.ts';
import type { Writer } from './writer.ts';

/**
 * Lets all branches write in lock step below the trunk: one forward pass gives one token to each live branch.
 *
 * What waits on the lines at first (prompts, titles, the end of the trunk) enters in one ragged pass. A finished branch
 * leaves the step at once. Branches in `run.cancelled` end before the next pass.
 *
 * Returns false if a limit of the whole answer or of the cache was reached.
 */
export async function* decodeInLockStep(
  run: Run,
  trunk: Line,
  branches: readonly Writer[],
): AsyncGenerator<StageEvent, boolean> {
  for (;;) {
    for (const [branch, writer] of branches.entries()) {
      if (isLive(writer) && run.cancelled.has(branch))
        yield* tell(branch, writer, writer.finish('cancelled'));
    }
    const live = [...branches.entries()].filter(([, writer]) => isLive(writer));
    if (live.length === 0) return true;
    const lines = [trunk, ...live.map(([, { line }]) => line)].filter(({ pending }) => pending.length > 0);
    const tokensLeft = run.options.maxTokens - run.meter.chosenTokens;
    if (tokensLeft < live.length || !hasRoom(run, lines)) {
      for (const [branch, writer] of live) yield* tell(branch, writer, writer.finish('length'));
      return false;
    }
    // A branch without a start of its own goes on from the trunk's last token.
    const readers = live.map(([, { line }]) => (line.pending.length > 0 ? line : trunk));
    const rows = yield* advance(run, 'branches', lines, readers);
    run.meter.countTokens(live.length);
    for (const [index, [branch, writer]] of live.entries()) {
      const row = rows.get(readers[index]!)!;
      // Several may read the trunk's row, and writers change theirs.
      yield* tell(branch, writer, writer.take(readers[index] === trunk ? row.slice() : row));
    }
  }
}

function isLive({ finishReason }: Writer): boolean {
  return finishReason === undefined;
}

function* tell(branch: number, { finishReason }: Writer, text: string): Generator<StageEvent> {
  if (text !== '') yield { type: 'branch-delta', branch, text };
  if (finishReason) yield { type: 'branch-end', branch, finishReason };
}
