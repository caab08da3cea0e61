import type { StageEvent } from './events.ts';
import { advance, fitsContext, freeSlots, type Line, releaseSlots } from './line.ts';
import type { Run } from './run.ts';
import type { Writer } from './writer.ts';

/**
 * Lets all branches write in lock step below the trunk: one forward pass gives one token to each live branch.
 *
 * What waits on the lines at first (prompts, titles, the end of the trunk) enters in one ragged pass. A finished branch
 * leaves the step at once. Branches in `run.cancelled` end before the next pass. Where the cache cannot hold all, they
 * go in waves: see `chooseWave`.
 *
 * Returns false if the token limit of the whole answer was reached.
 *
 * @param firstBranch number of the first branch in events and in `run.cancelled`.
 */
export async function* decodeInLockStep(
  run: Run,
  trunk: Line,
  branches: readonly Writer[],
  firstBranch = 0,
): AsyncGenerator<StageEvent, boolean> {
  const indexOf = new Map(branches.map((writer, index) => [writer, firstBranch + index]));
  for (;;) {
    for (const writer of branches.filter(isLive)) {
      if (run.cancelled.has(indexOf.get(writer)!)) yield* end(writer, 'cancelled');
      else if (!fitsContext(run, writer.line)) yield* end(writer, 'length');
    }
    const live = branches.filter(isLive);
    if (live.length === 0) return true;
    if (run.options.maxTokens - run.meter.chosenTokens < live.length) {
      for (const writer of live) yield* end(writer, 'length');
      return false;
    }
    const wave = yield* chooseWave(run, trunk, branches);
    if (wave.length === 0) {
      // One branch alone fills the cache.
      yield* end(live[0]!, 'length');
      continue;
    }
    const lines = [trunk, ...wave.map(({ line }) => line)].filter(({ pending }) => pending.length > 0);
    // A branch without a start of its own goes on from the trunk's last token.
    const readers = wave.map(({ line }) => (line.pending.length > 0 ? line : trunk));
    const rows = yield* advance(run, 'branches', lines, readers);
    run.meter.countTokens(wave.length);
    for (const [index, writer] of wave.entries()) {
      const row = rows.get(readers[index]!)!;
      // Several may read the trunk's row, and writers change theirs.
      yield* tell(writer, writer.take(readers[index] === trunk ? row.slice() : row));
    }
  }

  function* tell(writer: Writer, text: string): Generator<StageEvent> {
    const branch = indexOf.get(writer)!;
    if (text !== '') yield { type: 'branch-delta', branch, text };
    const { finishReason } = writer;
    if (finishReason) yield { type: 'branch-end', branch, finishReason };
  }

  function* end(writer: Writer, reason: 'length' | 'cancelled'): Generator<StageEvent> {
    yield* tell(writer, writer.finish(reason));
  }
}

/**
 * Chooses the live branches whose waiting tokens go into the next pass: all of them as long as they fit.
 *
 * Where they do not, finished branches give up their slots first, for the join can compute them anew; then earlier branches
 * go before later ones, and the last one that holds slots gives them up and starts over with what it has written. Returns
 * none if a single branch has the whole cache and needs more.
 */
function* chooseWave(run: Run, trunk: Line, branches: readonly Writer[]): Generator<StageEvent, Writer[]> {
  const live = branches.filter(isLive);
  let wave = takeFitting(run, trunk, live);
  if (wave.length === live.length) return wave;
  const finished = branches.filter((writer) => !isLive(writer) && writer.holdsSlots);
  yield* releaseSlots(
    run,
    finished.map(({ line }) => line),
  );
  for (const writer of finished) writer.restart();
  wave = takeFitting(run, trunk, live);
  while (wave.length === 0) {
    const holders = live.filter(({ holdsSlots }) => holdsSlots);
    const last = holders.at(-1);
    if (!last || (holders.length === 1 && live[0] === last)) return [];
    yield* releaseSlots(run, [last.line]);
    last.restart();
    wave = takeFitting(run, trunk, live);
  }
  return wave;
}

/** The first branches whose waiting tokens fit into the cache together with the trunk's, and those that need no slot. */
function takeFitting(run: Run, trunk: Line, live: readonly Writer[]): Writer[] {
  let free = freeSlots(run) - trunk.pending.length;
  if (free < 0) return [];
  return live.filter(({ line }) => {
    if (line.pending.length === 0) return true;
    // Later ones must not overtake: what they take would be missing again in the next step.
    const fits = line.pending.length <= free;
    free = fits ? free - line.pending.length : 0;
    return fits;
  });
}

function isLive({ finishReason }: Writer): boolean {
  return finishReason === undefined;
}
