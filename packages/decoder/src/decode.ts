import { TRUNK } from '@beltline/mask';
import { decodeBranches } from './branch-stage.ts';
import type { DecodeEvent, FallbackReason, Stage } from './events.ts';
import { decodeConclusion, joinedTokens, rewindTrunk, type Trunk } from './join-stage.ts';
import { advance, type Line } from './line.ts';
import { decodeOutline } from './outline-stage.ts';
import type { Decoded } from './result.ts';
import type { Run } from './run.ts';
import type { Sampler } from './sampler.ts';
import { decodeSequentially } from './sequential.ts';

/** Decodes one answer: everything in order, or outline, branches and conclusion. */
export async function* decode(
  run: Run,
  promptTokens: readonly number[],
): AsyncGenerator<DecodeEvent, Decoded> {
  const line: Line = { strand: TRUNK, position: 0, pending: [] };
  yield* inStage(run, 'prefill', prefill(run, line, promptTokens));
  if (run.options.mode === 'sequential') {
    const part = yield* inStage(
      run,
      'sequential',
      decodeSequentially(run, 'sequential', line, run.createSampler(0)),
    );
    return { mode: 'sequential', branches: [], ...part };
  }
  return yield* decodeInParallel(run, line, promptTokens);
}

async function* decodeInParallel(
  run: Run,
  line: Line,
  promptTokens: readonly number[],
): AsyncGenerator<DecodeEvent, Decoded> {
  const sample = run.createSampler(0);
  const outline = yield* inStage(run, 'outline', decodeOutline(run, line, sample));
  if (outline.type === 'ended') {
    yield { type: 'fallback', reason: outline.reason };
    return { mode: 'sequential', branches: [], fallback: outline.reason, ...outline };
  }
  const trunk: Trunk = { line, promptTokens, preamble: outline.preamble };
  if (outline.type === 'malformed') return yield* fallBack(run, trunk, outline.reason, sample);

  rewindTrunk(run, trunk);
  const { branches, stopped } = yield* inStage(run, 'branches', decodeBranches(run, line, outline.heads));
  const tokens = [...outline.preamble.tokens, ...joinedTokens(run, branches)];
  if (stopped) return { mode: 'parallel', branches, tokens, finishReason: 'length' };
  const conclusion = yield* inStage(run, 'conclusion', decodeConclusion(run, trunk, branches, sample));
  tokens.push(...conclusion.tokens);
  return { mode: 'parallel', branches, tokens, finishReason: conclusion.finishReason };
}

/** Goes on normally after the preamble, which stays in the cache. */
async function* fallBack(
  run: Run,
  trunk: Trunk,
  reason: FallbackReason,
  sample: Sampler,
): AsyncGenerator<DecodeEvent, Decoded> {
  yield { type: 'fallback', reason };
  const { line, preamble, promptTokens } = trunk;
  rewindTrunk(run, trunk);
  if (line.pending.length === 0) {
    // The logits after the last token are gone: it goes through once more.
    line.position -= 1;
    run.cache.truncate(line.position);
    line.pending = [preamble.tokens.at(-1) ?? promptTokens.at(-1)!];
  }
  const part = yield* inStage(run, 'sequential', decodeSequentially(run, 'sequential', line, sample));
  return {
    mode: 'sequential',
    branches: [],
    fallback: reason,
    tokens: [...preamble.tokens, ...part.tokens],
    finishReason: part.finishReason,
  };
}

/** Puts the prompt into the cache, all but its last token: that one rides with the first decoding pass. */
async function* prefill(
  run: Run,
  line: Line,
  promptTokens: readonly number[],
): AsyncGenerator<DecodeEvent, void> {
  line.pending = promptTokens.slice(0, -1);
  if (line.pending.length > 0) yield* advance(run, 'prefill', [line], []);
  line.pending = promptTokens.slice(-1);
  run.meter.countTokens(promptTokens.length);
}

async function* inStage<Result>(
  run: Run,
  stage: Stage,
  work: AsyncGenerator<DecodeEvent, Result>,
): AsyncGenerator<DecodeEvent, Result> {
  run.meter.start(stage);
  yield { type: 'stage-start', stage };
  const result = yield* work;
  yield { type: 'stage-end', stage, statistics: run.meter.end() };
  return result;
}
