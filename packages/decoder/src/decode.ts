import { TRUNK } from '@beltline/mask';
import type { StageEvent } from './events.ts';
import { advance, type Line } from './line.ts';
import { decodeInParallel } from './parallel.ts';
import { trunkStream } from './random-streams.ts';
import type { Decoded } from './result.ts';
import type { FormatRun, Run } from './run.ts';
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

/** Puts the prompt into the cache, all but its last token: that one waits on the trunk, for the first decoding pass. */
export async function* decodePrompt(
  run: Run,
  promptTokens: readonly number[],
): AsyncGenerator<StageEvent, Line> {
  const line: Line = { strand: TRUNK, position: 0, pending: promptTokens.slice(0, -1) };
  yield* inStage(run, 'prefill', prefill(run, line, promptTokens));
  return line;
}

async function* prefill(
  run: Run,
  line: Line,
  promptTokens: readonly number[],
): AsyncGenerator<StageEvent, void> {
  if (line.pending.length > 0) yield* advance(run, 'prefill', [line], []);
  line.pending = promptTokens.slice(-1);
  run.meter.countTokens(promptTokens.length);
}
