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
      rewindTrunk(run, trunk);
      trunk.line.pending.push(...joinedTokens(run, branches));
      return yield* decodeSequentially(run, 'conclusion', trunk.line, sample);
    }
    case 'reuse': {
      yield* alignLines(run, trunk, branches);
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

/** Makes the branches' slots and waiting tokens those of the answer: markers of several tokens left some behind. */
function* alignLines(run: Run, trunk: Trunk, branches: readonly Branch[]): Generator<DecodeEvent> {
  const start = trunk.promptTokens.length + trunk.preamble.tokens.length;
  const endOf = new Map<number, number>();
  for (const { line, tokens, decoded } of branches) {
    const differs = decoded.findIndex((token, index) => token !== tokens[index]);
    line.position = Math.min(line.position, differs < 0 ? Infinity : start + differs);
    line.pending = tokens.slice(line.position - start);
    endOf.set(line.strand, line.position);
  }
  const { strands, positions } = run.cache.slots;
  const kept = Array.from(strands.keys()).filter(
    (slot) => positions[slot]! < (endOf.get(strands[slot]!) ?? Infinity),
  );
  if (kept.length === strands.length) return;
  run.cache.keep(kept);
  if (run.options.trace) yield { type: 'slots-kept', slots: kept };
}
