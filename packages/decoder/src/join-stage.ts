import type { Branch } from './branch-stage.ts';
import type { DecodeEvent } from './events.ts';
import { type Line, openLine } from './line.ts';
import type { Preamble } from './outline-stage.ts';
import type { Run } from './run.ts';
import type { Sampler } from './sampler.ts';
import { decodeSequentially, type SequentialPart } from './sequential.ts';

/** Where the trunk ends: `promptTokens` and then the preamble. */
export interface Trunk {
  readonly line: Line;
  readonly promptTokens: readonly number[];
  readonly preamble: Preamble;
}

/** Drops everything after the prompt and the preamble from the cache; what shared a token with a marker waits. */
export function rewindTrunk(run: Run, { line, promptTokens, preamble }: Trunk): void {
  const length = promptTokens.length + preamble.cached;
  run.cache.truncate(length);
  line.position = length;
  line.pending = preamble.tokens.slice(preamble.cached);
}

/** Token ids of the block as they stand in the answer: all branches and the end of the block. */
export function joinedTokens(run: Run, branches: readonly Branch[]): number[] {
  return [...branches.flatMap(({ tokens }) => tokens), ...run.vocabulary.blockEnd];
}

/** Decodes the conclusion after all branches (paper, stage 3). */
export async function* decodeConclusion(
  run: Run,
  trunk: Trunk,
  branches: readonly Branch[],
  sample: Sampler,
): AsyncGenerator<DecodeEvent, SequentialPart> {
  switch (run.options.join) {
    case 'recompute': {
      // The first branch has seen nothing but what stands before it: its keys and values are already right.
      const [first, ...others] = branches as [Branch, ...Branch[]];
      alignLine(trunk, first);
      yield* dropSlots(run, [first], others);
      const join = yield* openLine(run, [first.line.strand], {
        position: first.line.position,
        pending: [...first.line.pending, ...joinedTokens(run, others)],
      });
      return yield* decodeSequentially(run, 'conclusion', join, sample);
    }
    case 'reuse': {
      for (const branch of branches) alignLine(trunk, branch);
      yield* dropSlots(run, branches, []);
      const lines = branches.map(({ line }) => line);
      const strands = lines.map(({ strand }) => strand);
      const join = yield* openLine(run, strands, {
        position: Math.max(...lines.map(({ position, pending }) => position + pending.length)),
        pending: [...run.vocabulary.blockEnd],
      });
      return yield* decodeSequentially(run, 'conclusion', join, sample, lines);
    }
    default:
      return run.options.join satisfies never;
  }
}

/** Lets a branch end where its tokens in the answer begin to differ from those in the cache; the rest waits. */
function alignLine({ promptTokens, preamble }: Trunk, { line, tokens, decoded }: Branch): void {
  const start = promptTokens.length + preamble.tokens.length;
  const differs = decoded.findIndex((token, index) => token !== tokens[index]);
  line.position = Math.min(line.position, differs < 0 ? Infinity : start + differs);
  line.pending = tokens.slice(line.position - start);
}

/** Takes out of the cache what markers of several tokens left behind the ends of branches, and other branches altogether. */
function* dropSlots(
  run: Run,
  branches: readonly Branch[],
  dropped: readonly Branch[],
): Generator<DecodeEvent> {
  const endOf = new Map([
    ...branches.map(({ line }) => [line.strand, line.position] as const),
    ...dropped.map(({ line }) => [line.strand, 0] as const),
  ]);
  const { strands, positions } = run.cache.slots;
  const kept = Array.from(strands.keys()).filter(
    (slot) => positions[slot]! < (endOf.get(strands[slot]!) ?? Infinity),
  );
  if (kept.length === strands.length) return;
  run.cache.keep(kept);
  if (run.options.trace) yield { type: 'slots-kept', slots: kept };
}
