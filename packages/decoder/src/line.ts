import type { Stage, StageEvent } from './events.ts';
import type { Run } from './run.ts';

/** A strand while it grows: the tokens that wait for the next forward pass, and where they will stand. */
export interface Line {
  readonly strand: number;
  /** Position of the first waiting token. */
  position: number;
  /** Token ids chosen or forced but not in the cache yet. */
  pending: number[];
  /** Token ids that may come next: they enter behind the waiting ones, at positions that do not count (`drafts.ts`). */
  draft: readonly number[];
}

/** Starts a line of its own below other strands. */
export function* openLine(
  { cache, options }: Run,
  parents: readonly number[],
  start: Omit<Line, 'strand' | 'draft'>,
): Generator<StageEvent, Line> {
  const strand = cache.strands.add(parents);
  if (options.trace) yield { type: 'strand-start', strand, parents };
  return { strand, ...start, draft: [] };
}

/** Whether the waiting tokens of all lines fit into the cache and into the model's context. */
export function hasRoom(run: Run, lines: readonly Line[]): boolean {
  const waiting = lines.reduce((total, line) => total + line.pending.length, 0);
  return waiting <= freeSlots(run) && lines.every((line) => fitsContext(run, line));
}

export function freeSlots({ cache }: Run): number {
  return cache.capacity - cache.slots.length;
}

/** Whether the waiting tokens stand at positions that the model was made for. */
export function fitsContext({ model }: Run, { position, pending }: Line): boolean {
  return position + pending.length <= model.shape.contextLength;
}

/** Drops what the line has in the cache from a position on, if anything; nothing else has entered since. */
export function rewindLine({ cache }: Run, line: Line, position: number): void {
  const surplus = Math.max(0, line.position - position);
  cache.truncate(cache.slots.length - surplus);
  line.position -= surplus;
}

/** Takes all that is in the cache of these lines out of it. */
export function releaseSlots(run: Run, lines: readonly Line[]): Generator<StageEvent> {
  const released = new Set(lines.map(({ strand }) => strand));
  return keepSlotsBefore(run, (strand) => (released.has(strand) ? 0 : Infinity));
}

/** Keeps of each strand what stands before a position, and nothing else. */
export function* keepSlotsBefore(
  { cache, options }: Run,
  endOf: (strand: number) => number,
): Generator<StageEvent> {
  const ends = Array.from({ length: cache.strands.size }, (_, strand) => endOf(strand));
  const { strands, positions } = cache.slots;
  const kept: number[] = [];
  for (let slot = 0; slot < strands.length; slot++) {
    if (positions[slot]! < ends[strands[slot]!]!) kept.push(slot);
  }
  if (kept.length === strands.length) return;
  // Dropping the end alone moves nothing, a tenth of the time.
  if (kept.length === 0 || kept.at(-1) === kept.length - 1) cache.truncate(kept.length);
  else cache.keep(kept);
  if (options.trace) yield { type: 'slots-kept', slots: kept };
}

/**
 * Puts the waiting tokens of all lines and their drafts into the cache, and returns the logits `[vocabulary]` of each line in
 * `readers`: after its last waiting token, and after each token of its draft.
 *
 * Every reader is one of the lines and must have a waiting token.
 */
export async function* advance(
  run: Run,
  stage: Stage,
  lines: readonly Line[],
  readers: readonly Line[] = lines,
): AsyncGenerator<StageEvent, Map<Line, readonly Float32Array[]>> {
  const rowsOf = new Map<Line, Float32Array[]>();
  const readerOfRow: Line[] = [];
  const logitsRows: number[] = [];
  let rowsBefore = 0;
  for (const line of lines) {
    const { pending, draft } = line;
    if (readers.includes(line)) {
      rowsOf.set(line, []);
      for (let row = pending.length - 1; row < pending.length + draft.length; row++) {
        logitsRows.push(rowsBefore + row);
        readerOfRow.push(line);
      }
    }
    rowsBefore += pending.length + draft.length;
  }
  let next = 0;
  yield* enter(run, stage, lines, logitsRows, (row) => rowsOf.get(readerOfRow[next++]!)!.push(row));
  return rowsOf;
}

/**
 * Puts the waiting tokens of all lines and their drafts into the cache, in one forward pass if they are few; `read` gets the logits
 * `[vocabulary]` after each token in `logitsRows`, numbers of these tokens in ascending order, as soon as they are there.
 *
 * Many tokens (a prompt, a join) go in chunks, with progress events and a look at the abort signal between.
 */
export async function* enter(
  run: Run,
  stage: Stage,
  lines: readonly Line[],
  logitsRows: readonly number[],
  read: (logits: Float32Array) => void,
): AsyncGenerator<StageEvent, void> {
  const entering = lines.map((line) => ({ line, own: [...line.pending, ...line.draft] }));
  const tokens = entering.flatMap(({ own }) => own);
  const positions = entering.flatMap(({ line, own }) => own.map((_, index) => line.position + index));
  const strands = entering.flatMap(({ line, own }) => own.map(() => line.strand));
  const { chunkSize, trace } = run.options;
  const chunked = tokens.length > chunkSize;
  for (let start = 0; start < tokens.length; start += chunkSize) {
    const end = Math.min(start + chunkSize, tokens.length);
    run.signal?.throwIfAborted();
    const firstSlot = run.cache.slots.length;
    const step = {
      tokens: tokens.slice(start, end),
      positions: positions.slice(start, end),
      strands: strands.slice(start, end),
    };
    const rows = await run.model.forward(run.cache, {
      ...step,
      logitsRows: logitsRows.filter((row) => row >= start && row < end).map((row) => row - start),
    });
    run.meter.countPass();
    for (const row of rows) read(row);
    if (trace) yield { type: 'pass', stage, firstSlot, ...step };
    if (chunked) yield { type: 'prefill-delta', stage, done: end, tokens: tokens.length };
  }
  run.signal?.throwIfAborted();

  for (const line of lines) {
    line.position += line.pending.length;
    line.pending = [];
  }
}
