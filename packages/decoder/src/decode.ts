import type { DecodeEvent, StageEvent } from './events.ts';
import { decodeInParallel } from './parallel.ts';
import { decodePrompt } from './prefill.ts';
import type { OpenCache } from './prefix-cache.ts';
import { createResult, type Decoded } from './result.ts';
import { type FormatRun, outcomeOf } from './run.ts';
import { trunkStream } from './sampling/random-streams.ts';
import { decodeSequentially } from './sequential.ts';
import { inStage } from './stage.ts';

/** Decodes an answer over a cache, and ends the use of the cache whatever comes. */
export async function* decodeAnswer(
  run: FormatRun,
  opened: OpenCache,
  promptTokens: readonly number[],
): AsyncGenerator<DecodeEvent> {
  try {
    const result = createResult(run, yield* decode(run, promptTokens));
    opened.end('keep');
    yield { type: 'finish', result };
  } catch (error) {
    opened.end(outcomeOf(run, error));
    throw error;
  } finally {
    // Whoever leaves early leaves between two passes.
    opened.end('keep');
  }
}

/** Decodes one answer: everything in order, or outline, branches and conclusion. */
async function* decode(run: FormatRun, promptTokens: readonly number[]): AsyncGenerator<StageEvent, Decoded> {
  const line = yield* decodePrompt(run, promptTokens);
  if (run.options.mode === 'parallel') return yield* decodeInParallel(run, line, promptTokens);
  const work = decodeSequentially(run, {
    stage: 'sequential',
    line,
    sample: run.createSampler(trunkStream),
    stops: run.options.stop,
    place: 'start',
  });
  return { mode: 'sequential', branches: [], ...(yield* inStage(run, 'sequential', work)) };
}
