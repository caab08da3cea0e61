import type { KvCache, LanguageModel } from '@beltline/backend';
import { TRUNK } from '@beltline/mask';
import type { DecodingMode } from '../evaluation-mode.ts';
import { type AnswerShape, answerTokens } from './speed-sample.ts';

/** Tokens of one pass while many are waiting, as the decoder has it. */
const chunkSize = 256;
/** Tokens that the outline puts between two titles, which ride along with the next pass. */
const forcedTokens = 3;

/** Decoding whose tokens are given beforehand, so that any weights will do: only the time counts. */
export interface ForcedDecoding {
  /** Fills an empty cache with the context. */
  prefill(cache: KvCache): Promise<void>;
  /** One token for each of so many branches, then back to the bare context. */
  step(cache: KvCache, rows: number): Promise<void>;
  /** The passes of a whole answer, then back to the bare context. */
  answer(cache: KvCache, mode: DecodingMode, shape: AnswerShape): Promise<void>;
}

export function createForcedDecoding(
  model: LanguageModel,
  context: number,
  signal?: AbortSignal,
): ForcedDecoding {
  const tokenAt = (index: number) => (index * 7919) % model.shape.vocabularySize;

  /** @param strands of each token, `[token]`. @param positions of each token, `[token]`. */
  async function pass(
    cache: KvCache,
    strands: readonly number[],
    positions: readonly number[],
    logitsRows: readonly number[],
  ): Promise<void> {
    signal?.throwIfAborted();
    const tokens = positions.map((position, row) => tokenAt(position + 31 * row));
    await model.forward(cache, { tokens, positions, strands, logitsRows });
  }

  /** Tokens `[start, end)` of one strand in as few passes as allowed, with the logits of the last. */
  async function fill(cache: KvCache, strand: number, start: number, end: number): Promise<void> {
    for (let first = start; first < end; first += chunkSize) {
      const positions = range(first, Math.min(end, first + chunkSize));
      const isLast = positions.at(-1) === end - 1;
      await pass(
        cache,
        positions.map(() => strand),
        positions,
        isLast ? [positions.length - 1] : [],
      );
    }
  }

  /** So many tokens of one strand, one a pass; the first pass has forced tokens before its own. */
  async function write(
    cache: KvCache,
    strand: number,
    start: number,
    count: number,
    forced = 0,
  ): Promise<number> {
    await fill(cache, strand, start, start + forced + 1);
    const end = start + forced + count;
    for (let position = start + forced + 1; position < end; position++) {
      await pass(cache, [strand], [position], [0]);
    }
    return end;
  }

  async function outline(cache: KvCache, { branches, titleTokens }: AnswerShape): Promise<void> {
    let position = context;
    for (let branch = 0; branch < branches; branch++) {
      position = await write(cache, TRUNK, position, titleTokens, forcedTokens);
    }
    cache.truncate(context);
  }

  /** All titles in one ragged pass, which gives each branch its first token; then one token each a pass. */
  async function branches(cache: KvCache, shape: AnswerShape): Promise<number[]> {
    const { titleTokens, branchTokens } = shape;
    const strands = range(0, shape.branches).map(() => cache.strands.add(TRUNK));
    await pass(
      cache,
      strands.flatMap((strand) => Array<number>(titleTokens).fill(strand)),
      strands.flatMap(() => range(context, context + titleTokens)),
      strands.map((_, branch) => (branch + 1) * titleTokens - 1),
    );
    const rows = range(0, strands.length);
    for (let index = 0; index < branchTokens; index++) {
      await pass(
        cache,
        strands,
        rows.map(() => context + titleTokens + index),
        rows,
      );
    }
    return strands;
  }

  async function parallel(cache: KvCache, join: 'recompute' | 'reuse', shape: AnswerShape): Promise<void> {
    await outline(cache, shape);
    const strands = await branches(cache, shape);
    const { titleTokens, branchTokens, conclusionTokens } = shape;
    if (join === 'reuse') {
      const strand = cache.strands.add(strands);
      await write(cache, strand, context + titleTokens + branchTokens, conclusionTokens);
      return;
    }
    // The first branch stays: it has seen nothing but what stands before it.
    const first = strands[0]!;
    const slots = Array.from(cache.slots.strands);
    cache.keep(range(0, slots.length).filter((slot) => slots[slot] === TRUNK || slots[slot] === first));
    const strand = cache.strands.add(first);
    const start = context + titleTokens + branchTokens;
    const end = context + answerTokens(shape) - conclusionTokens;
    await fill(cache, strand, start, end);
    await write(cache, strand, end, conclusionTokens);
  }

  return {
    prefill: (cache) => fill(cache, TRUNK, 0, context),
    async step(cache, rows) {
      while (cache.strands.size <= rows) cache.strands.add(TRUNK);
      const strands = rows === 1 ? [TRUNK] : range(1, rows + 1);
      await pass(
        cache,
        strands,
        strands.map(() => context),
        range(0, rows),
      );
      cache.truncate(context);
    },
    async answer(cache, mode, shape) {
      if (mode === 'sequential') await write(cache, TRUNK, context, answerTokens(shape));
      else await parallel(cache, mode, shape);
      cache.truncate(context);
    },
  };
}

/** Whole numbers `[start, end)`. */
function range(start: number, end: number): number[] {
  return Array.from({ length: end - start }, (_, index) => start + index);
}
