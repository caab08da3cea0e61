import type { StageEvent } from './events.ts';
import { keepSlotsBefore, type Line, openLine } from './line.ts';
import type { Join } from './options.ts';
import type { Run } from './run.ts';

/** A finished branch as the join sees it. */
export interface JoinPart {
  readonly line: Line;
  /** Position of the line's first token. */
  readonly start: number;
  /** Token ids as they stand in the answer. */
  readonly tokens: readonly number[];
  /** How many of these stand on other lines, which this one goes on from. Default 0. */
  readonly before?: number;
  /** All token ids that were chosen or forced for the line, those of a marker that ended it included. */
  readonly decoded: readonly number[];
}

export interface Joined {
  /** The line that goes on after the join. */
  readonly line: Line;
  /** Lines whose waiting tokens must enter before it, in this order. */
  readonly companions: readonly Line[];
}

/**
 * Opens the line that goes on after all branches (paper, stage 3); `closing` are the token ids that it begins with.
 *
 * @param parts at least one.
 */
export function* joinBranches(
  run: Run,
  join: Join,
  trunk: Line,
  parts: readonly JoinPart[],
  closing: readonly number[],
): Generator<StageEvent, Joined> {
  switch (join) {
    case 'recompute': {
      // The first branch has seen nothing but what stands before it: its keys and values are already right.
      const [first, ...others] = parts as [JoinPart, ...JoinPart[]];
      alignLine(first);
      yield* keepSlots(run, trunk, [first]);
      const line = yield* openLine(run, [first.line.strand], {
        position: first.line.position,
        pending: [...first.line.pending, ...others.flatMap(({ tokens }) => tokens), ...closing],
      });
      return { line, companions: [trunk] };
    }
    case 'reuse': {
      parts.forEach(alignLine);
      yield* keepSlots(run, trunk, parts);
      const lines = parts.map((part) => part.line);
      const strands = lines.map(({ strand }) => strand);
      const line = yield* openLine(run, strands, {
        position: Math.max(...lines.map(({ position, pending }) => position + pending.length)),
        pending: [...closing],
      });
      return { line, companions: [trunk, ...lines] };
    }
    default:
      return join satisfies never;
  }
}

/** Lets a branch end where its tokens in the answer begin to differ from those in the cache; the rest waits. */
export function alignLine({ line, start, tokens, before = 0, decoded }: JoinPart): void {
  const own = tokens.slice(before);
  const differs = decoded.findIndex((token, index) => token !== own[index]);
  line.position = Math.min(line.position, differs < 0 ? Infinity : start + differs);
  line.pending = own.slice(line.position - start);
}

/**
 * Keeps these branches up to their ends and what they see; of others below the trunk, and of markers of several tokens,
 * nothing is left.
 */
function keepSlots(run: Run, trunk: Line, parts: readonly JoinPart[]): Generator<StageEvent> {
  const { strands } = run.cache;
  return keepSlotsBefore(run, (strand) => {
    if (!strands.sees(strand, trunk.strand)) return Infinity;
    const own = parts.find(({ line }) => line.strand === strand);
    if (own) return own.line.position;
    return parts.some(({ line }) => strands.sees(line.strand, strand)) ? Infinity : 0;
  });
}
