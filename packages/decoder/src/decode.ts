import type { StageEvent } from './events.ts';
import { decodeInParallel } from './parallel.ts';
import { decodePrompt } from './prefill.ts';
import { trunkStream } from './random-streams.ts';
import type { Decoded } from './result.ts';
import type { FormatRun } from './run.ts';
import { decodeSequentially } from './sequential.ts';
import { inStage } from './stage.ts';

/** Decodes one answer: everything in order, or outline, branches and conclusion. */
export async function* decode(
  run: FormatRun,
  promptTokens: readonly number[],
): AsyncGenerator<StageEvent, Decoded> {
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
