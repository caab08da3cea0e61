import { TRUNK } from '@beltline/mask';
import { type Branch, decodeBranches } from './branch-stage.ts';
import type { FallbackReason, StageEvent } from './events.ts';
import { type Joined, joinBranches } from './join-stage.ts';
import { advance, type Line } from './line.ts';
import { decodeOutline, type Preamble } from './outline-stage.ts';
import { trunkStream } from './random-streams.ts';
import { finishRepaired } from './repair.ts';
import type { Decoded } from './result.ts';
import type { FormatRun, Run } from './run.ts';
import type { Sampler } from './sampler.ts';
import { decodeSequentially, type SequentialPart } from './sequential.ts';
import { inStage } from './stage.ts';
import { verifyDraft } from './verify.ts';

/** Decodes one answer: everything in order, or outline, branches and conclusion. */
export async function* decode(
  run: FormatRun,
  promptTokens: readonly number[],
): AsyncGenerator<StageEvent, Decoded> {
  const line = yield* decodePrompt(run, promptTokens);
  const sample = run.createSampler(trunkStream);
  if (run.options.mode === 'parallel') return yield* decodeInParallel(run, line, promptTokens, sample);
  const work = decodeSequentially(run, {
    stage: 'sequential',
    line,
    sample,
    stops: run.options.stop,
    place: 'start',
  });
  return { mode: 'sequential', branches: [], ...(yield* inStage(run, 'sequential', work)) };
}

async function* decodeInParallel(
  run: FormatRun,
  line: Line,
  promptTokens: readonly number[],
  sample: Sampler,
): AsyncGenerator<StageEvent, Decoded> {
  const repairs = run.options.verify === 'repair';
  const outline = yield* inStage(run, 'outline', decodeOutline(run, line, sample));
  if (outline.type === 'ended') {
    const { reason, tokens } = outline;
    yield { type: 'fallback', reason };
    if (repairs) return yield* finishRepaired(run, line, promptTokens, { tokens, fallback: reason });
    return { mode: 'sequential', branches: [], fallback: reason, ...outline };
  }
  const { preamble } = outline;
  rewindTrunk(run, line, promptTokens, preamble);
  if (outline.type === 'malformed') {
    const { reason } = outline;
    yield { type: 'fallback', reason };
    const draft = { tokens: preamble.tokens, fallback: reason };
    if (repairs) return yield* finishRepaired(run, line, promptTokens, draft);
    const last = preamble.tokens.at(-1) ?? promptTokens.at(-1)!;
    return yield* fallBack(run, { line, last, preamble, reason, sample });
  }
  const work = decodeBranches(run, line, outline.heads, preamble.tokens);
  const { branches, stopped } = yield* inStage(run, 'branches', work);
  const tokens = [
    ...preamble.tokens,
    ...branches.flatMap((branch) => branch.tokens),
    ...run.vocabulary.blockEnd,
  ];
  const draft = { tokens, branches, start: preamble.tokens.length };
  if (repairs) return yield* finishRepaired(run, line, promptTokens, draft);
  if (stopped) return { mode: 'parallel', branches, tokens, finishReason: 'length' };
  const verification =
    run.options.verify === 'report' ? yield* verifyDraft(run, line, promptTokens, draft) : undefined;
  const conclusion = decodeConclusion(run, line, branches, {
    sample,
    history: tokens,
    // Verification has put all of it into the cache as one causal text.
    joined: verification && { line, companions: [] },
  });
  const { tokens: last, finishReason } = yield* inStage(run, 'conclusion', conclusion);
  return {
    mode: 'parallel',
    branches,
    tokens: [...tokens, ...last],
    finishReason,
    ...(verification && { verification }),
  };
}

/** Drops everything after the prompt and the preamble from the cache; what shared a token with a marker waits. */
function rewindTrunk(
  run: Run,
  line: Line,
  promptTokens: readonly number[],
  { tokens, cached }: Preamble,
): void {
  const length = promptTokens.length + cached;
  run.cache.truncate(length);
  line.position = length;
  line.pending = tokens.slice(cached);
}

interface ConclusionStart {
  readonly sample: Sampler;
  readonly history: readonly number[];
  /** Where to go on; by default after a join of the branches. */
  readonly joined?: Joined | undefined;
}

async function* decodeConclusion(
  run: FormatRun,
  trunk: Line,
  branches: readonly Branch[],
  { sample, history, joined }: ConclusionStart,
): AsyncGenerator<StageEvent, SequentialPart> {
  joined ??= yield* joinBranches(run, run.options.join, trunk, branches, run.vocabulary.blockEnd);
  const stops = run.options.stop;
  return yield* decodeSequentially(run, { stage: 'conclusion', ...joined, sample, history, stops });
}

interface Fallback {
  readonly line: Line;
  /** The last token of the preamble, or of the prompt if there is none. */
  readonly last: number;
  readonly preamble: Preamble;
  readonly reason: FallbackReason;
  readonly sample: Sampler;
}

/** Goes on normally after the preamble, which stays in the cache. */
async function* fallBack(
  run: FormatRun,
  { line, last, preamble, reason, sample }: Fallback,
): AsyncGenerator<StageEvent, Decoded> {
  if (line.pending.length === 0) {
    // The logits after the last token are gone: it goes through once more.
    line.position -= 1;
    run.cache.truncate(line.position);
    line.pending = [last];
  }
  const { stop: stops } = run.options;
  const work = decodeSequentially(run, {
    stage: 'sequential',
    line,
    sample,
    history: preamble.tokens,
    stops,
  });
  const { tokens, finishReason } = yield* inStage(run, 'sequential', work);
  return {
    mode: 'sequential',
    branches: [],
    fallback: reason,
    tokens: [...preamble.tokens, ...tokens],
    finishReason,
  };
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
