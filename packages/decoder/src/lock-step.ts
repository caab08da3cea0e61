import { startDrafts } from './drafts/drafts.ts';
import type { StageEvent } from './events.ts';
import { advance, fitsContext, freeSlots, type Line, releaseSlots } from './line.ts';
import { createPaperPace } from './paper-pace.ts';
import type { Run } from './run.ts';
import { countChosen, shareTokens } from './token-share.ts';
import type { Writer } from './writer.ts';

/**
 * Lets all branches write in lock step below the trunk: one forward pass gives one token to each live branch, and more where
 * drafts are right.
 *
 * What waits on the lines at first (prompts, titles, the end of the trunk) enters in one ragged pass. A finished branch
 * leaves the step at once. Branches in `run.cancelled` end before the next pass. Where the cache cannot hold all, they
 * go in waves: see `chooseWave`.
 *
 * Returns false if the token limit of the whole answer was reached.
 *
 * @param options.firstBranch number of the first branch in events and in `run.cancelled`.
 * @param options.pause stop after which a branch is not told to have ended: it will go on.
 */
export async function* decodeInLockStep(
  run: Run,
  trunk: Line,
  branches: readonly Writer[],
  { firstBranch = 0, pause }: { readonly firstBranch?: number; readonly pause?: string | undefined } = {},
): AsyncGenerator<StageEvent, boolean> {
  const indexOf = new Map(branches.map((writer, index) => [writer, firstBranch + index]));
  const isCancelled = (writer: Writer) => run.cancelled.has(indexOf.get(writer)!);
  const drafts = startDrafts(run);
  const paper = run.options.pace === 'paper' ? createPaperPace(run, trunk, branches) : undefined;
  const tokens = run.options.maxTokens - run.meter.chosenTokens;
  for (;;) {
    for (const writer of branches.filter(isLive)) {
      if (isCancelled(writer)) yield* end(writer, 'cancelled');
      else if (!fitsContext(run, writer.line)) yield* end(writer, 'length');
    }
    const live = branches.filter(isLive);
    if (live.length === 0) return true;
    const share = shareTokens(branches, tokens);
    const candidates = live.filter((writer) => countChosen(writer) < share);
    if (candidates.length === 0) {
      for (const writer of live) yield* end(writer, 'length');
      return false;
    }
    const wave = yield* chooseWave(run, trunk, branches, candidates);
    if (wave.length === 0) {
      // One branch alone fills the cache.
      yield* end(candidates[0]!, 'length');
      continue;
    }
    yield* advanceWave(wave, share);
  }

  /** Lets the branches of a wave choose a token each, or several where their drafts are right, up to their share. */
  async function* advanceWave(wave: readonly Writer[], share: number): AsyncGenerator<StageEvent, void> {
    const trunks = trunk.pending.length > 0 ? [trunk] : [];
    const drafted = wave.map((writer) => {
      const { line, history } = writer;
      return { line, history, most: share - countChosen(writer) };
    });
    drafts.propose(drafted, trunks);
    const lines = [...trunks, ...wave.map(({ line }) => line).filter(({ pending }) => pending.length > 0)];
    // A branch without a start of its own goes on from the trunk's last token.
    const readers = wave.map(({ line }) => (line.pending.length > 0 ? line : trunk));
    const idle = paper ? yield* paper.idle(lines) : [];
    const rows = yield* advance(run, 'branches', [...lines, ...idle], [...readers, ...idle]);
    run.cache.truncate(run.cache.slots.length - idle.length);
    for (const [index, writer] of wave.entries()) {
      if (paper?.force(writer)) continue;
      const own = rows.get(readers[index]!)!;
      // Several may read the trunk's row, and writers change theirs.
      for (const logits of drafts.read(writer.line, readers[index] === trunk ? [own[0]!.slice()] : own)) {
        run.signal?.throwIfAborted();
        run.meter.countTokens(1);
        yield* tell(writer, writer.take(logits));
        if (!isLive(writer) || isCancelled(writer)) break;
      }
    }
    yield* drafts.settle(wave.map(({ line }) => line));
  }

  function* tell(writer: Writer, text: string): Generator<StageEvent> {
    const branch = indexOf.get(writer)!;
    if (text !== '') yield { type: 'branch-delta', branch, text };
    const { finishReason, stop } = writer;
    if (finishReason && (stop === undefined || stop !== pause))
      yield { type: 'branch-end', branch, finishReason };
  }

  function* end(writer: Writer, reason: 'length' | 'cancelled'): Generator<StageEvent> {
    yield* tell(writer, writer.finish(reason));
  }
}

/**
 * Chooses the branches whose waiting tokens go into the next pass: all candidates as long as they fit.
 *
 * Where they do not, finished branches give up their slots first, for the join can compute them anew; then earlier branches
 * go before later ones, and the last one that holds slots gives them up and starts over with what it has written, those
 * that are no candidates before all others. Returns none if a single branch has the whole cache and needs more.
 */
function* chooseWave(
  run: Run,
  trunk: Line,
  branches: readonly Writer[],
  candidates: readonly Writer[],
): Generator<StageEvent, Writer[]> {
  let wave = takeFitting(run, trunk, candidates);
  if (wave.length === candidates.length) return wave;
  const finished = branches.filter((writer) => !isLive(writer) && writer.holdsSlots);
  yield* releaseSlots(
    run,
    finished.map(({ line }) => line),
  );
  for (const writer of finished) writer.restart();
  wave = takeFitting(run, trunk, candidates);
  const waiting = branches.filter((writer) => isLive(writer) && !candidates.includes(writer));
  while (wave.length === 0) {
    const holders = [...candidates, ...waiting].filter(({ holdsSlots }) => holdsSlots);
    const last = holders.at(-1);
    if (!last || (holders.length === 1 && candidates[0] === last)) return [];
    yield* releaseSlots(run, [last.line]);
    last.restart();
    wave = takeFitting(run, trunk, candidates);
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
