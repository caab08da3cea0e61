import { markers } from '@beltline/format';
import { decodeBranches } from './branch-stage.ts';
import type { FallbackReason, StageEvent } from './events.ts';
import { type Joined, joinBranches } from './join-stage.ts';
import { type Line, rewindLine } from './line.ts';
import { constrainOutline, decodeOutline, type Outline, type OutlineStart } from './outline-stage.ts';
import { trunkStream } from './random-streams.ts';
import { finishRepaired } from './repair.ts';
import type { Decoded } from './result.ts';
import type { FormatRun } from './run.ts';
import type { Sampler } from './sampler.ts';
import { decodeSequentially, type SequentialPart } from './sequential.ts';
import { inStage } from './stage.ts';
import { compareDraft, type DraftBlock, verifyDraft } from './verify.ts';

/** An answer as far as it is complete: up to the end of its last block. */
interface Written {
  readonly tokens: readonly number[];
  readonly blocks: readonly DraftBlock[];
  /** What sequential decoding would have chosen in place of each token, `[token]`, if that was verified. */
  readonly choices?: readonly number[] | undefined;
}

/** The line that text is decoded on in order, before a block or after one. */
interface Place {
  readonly line: Line;
  /** Position of the text's first token. */
  readonly start: number;
  readonly outline: Omit<OutlineStart, 'line' | 'history' | 'block' | 'firstBranch'>;
}

/** Decodes outline, branches and conclusion, and again for each block that opens in a conclusion. */
export async function* decodeInParallel(
  run: FormatRun,
  line: Line,
  promptTokens: readonly number[],
): AsyncGenerator<StageEvent, Decoded> {
  let streams = trunkStream;
  /** What a sampler was told must not be taken back, so each text has its own. */
  const createSampler = () => run.createSampler(streams--);
  let written: Written = { tokens: [], blocks: [] };
  let place: Place = {
    line,
    start: promptTokens.length,
    outline: { sample: createSampler(), constrain: constrainOutline(run, 0), opened: [] },
  };
  for (;;) {
    const outline = yield* inStage(run, 'outline', decodeOutline(run, startOutline(written, place)));
    if (outline.type !== 'outline') {
      return yield* fallBack(run, promptTokens, { outline, written, place, sample: createSampler() });
    }
    rewindTo(run, place, outline.preamble);
    const { tokens: before, blocks } = written;
    const history = [...before, ...outline.preamble.tokens];
    const start = { ...countBranches(written), heads: outline.heads, history };
    const { branches, stopped } = yield* inStage(run, 'branches', decodeBranches(run, place.line, start));
    const closing = run.vocabulary.blockEnd;
    const tokens = [...history, ...branches.flatMap((branch) => branch.tokens), ...closing];
    written = { ...written, tokens, blocks: [...blocks, { start: history.length, branches }] };
    if (run.options.verify === 'repair') return yield* finishRepaired(run, line, promptTokens, written);
    if (stopped) return finish(written, { tokens: [], finishReason: 'length' });

    let joined: Joined | undefined;
    if (run.options.verify === 'report') {
      const choices = yield* verifyDraft(run, line, promptTokens, written);
      written = { ...written, choices: choices ?? written.choices };
      // Verification has put all of it into the cache as one causal text.
      if (choices) joined = { line, companions: [] };
    }
    const work = decodeConclusion(run, place.line, written, { sample: createSampler(), joined });
    const conclusion = yield* inStage(run, 'conclusion', work);
    if (!conclusion.next) return finish(written, conclusion.part);
    place = conclusion.next;
  }
}

function finish(
  { tokens, blocks, choices }: Written,
  part: Pick<Decoded, 'tokens' | 'finishReason'>,
  fallback?: FallbackReason,
): Decoded {
  const draft = { tokens, blocks };
  return {
    mode: blocks.length > 0 ? 'parallel' : 'sequential',
    branches: blocks.flatMap(({ branches }) => branches),
    tokens: [...tokens, ...part.tokens],
    finishReason: part.finishReason,
    ...(fallback && { fallback }),
    ...(choices && { verification: { ...compareDraft(draft, choices), repaired: false } }),
  };
}

function countBranches({ blocks }: Written) {
  const branches = blocks.flatMap((block) => block.branches);
  const earlier = branches.map(({ tokens, headLength }) => tokens.slice(0, headLength));
  return { block: blocks.length, earlier };
}

function startOutline(written: Written, { line, outline }: Place): OutlineStart {
  const { block, earlier } = countBranches(written);
  return { line, ...outline, history: written.tokens, block, firstBranch: earlier.length };
}

/** Drops all of an outline from the cache but the text before it; what shared a token with a marker waits. */
function rewindTo(
  run: FormatRun,
  { line, start }: Place,
  { tokens, cached }: { readonly tokens: readonly number[]; readonly cached: number },
): void {
  rewindLine(run, line, start + cached);
  line.pending = tokens.slice(line.position - start);
}

interface Conclusion {
  readonly part: SequentialPart;
  /** Where the next outline goes on, if a block has opened. */
  readonly next?: Place;
}

interface ConclusionStart {
  readonly sample: Sampler;
  /** Where to go on; by default after a join of the last block's branches. */
  readonly joined: Joined | undefined;
}

/** Decodes what comes after a block, to the end of the answer or to where the next block opens. */
async function* decodeConclusion(
  run: FormatRun,
  trunk: Line,
  written: Written,
  { sample, joined }: ConclusionStart,
): AsyncGenerator<StageEvent, Conclusion> {
  const { branches } = written.blocks.at(-1)!;
  joined ??= yield* joinBranches(run, run.options.join, trunk, branches, run.vocabulary.blockEnd);
  const { line } = joined;
  const start = line.position + line.pending.length;
  const { maxBlocks, maxBranches, stop } = run.options;
  const { block, earlier } = countBranches(written);
  const mayOpen = block < maxBlocks && earlier.length < maxBranches && !stop.includes(markers.step);
  const constraint = mayOpen ? constrainOutline(run, earlier.length) : undefined;
  const part = yield* decodeSequentially(run, {
    stage: 'conclusion',
    ...joined,
    sample,
    history: written.tokens,
    stops: mayOpen ? [...stop, markers.step] : stop,
    constraint,
  });
  if (!constraint || part.stop !== markers.step) return { part };
  const { chosen } = part;
  // The token that opened the block is not read as one of the conclusion.
  rewindLine(run, line, start + chosen.length - 1);
  line.pending = chosen.slice(line.position - start, -1);
  return { part, next: { line, start, outline: { sample, constrain: constraint, opened: chosen } } };
}

interface Fallback {
  readonly outline: Exclude<Outline, { readonly type: 'outline' }>;
  readonly written: Written;
  readonly place: Place;
  readonly sample: Sampler;
}

/** Goes on in order after the text before a malformed outline, which stays in the cache. */
async function* fallBack(
  run: FormatRun,
  promptTokens: readonly number[],
  { outline, written, place, sample }: Fallback,
): AsyncGenerator<StageEvent, Decoded> {
  const { reason } = outline;
  yield { type: 'fallback', reason };
  const repairs = run.options.verify === 'repair';
  const { line } = place;
  if (outline.type === 'ended') {
    const draft = { tokens: outline.tokens, fallback: reason };
    if (repairs) return yield* finishRepaired(run, line, promptTokens, draft);
    return finish(written, outline, reason);
  }
  const { preamble } = outline;
  rewindTo(run, place, preamble);
  const draft = { tokens: preamble.tokens, fallback: reason };
  if (repairs) return yield* finishRepaired(run, line, promptTokens, draft);
  const history = [...written.tokens, ...preamble.tokens];
  if (line.pending.length === 0) {
    // The logits after the last token are gone: it goes through once more.
    rewindLine(run, line, line.position - 1);
    line.pending = [history.at(-1) ?? promptTokens.at(-1)!];
  }
  const stops = run.options.stop;
  const work = decodeSequentially(run, { stage: 'sequential', line, sample, history, stops });
  const { tokens, finishReason } = yield* inStage(run, 'sequential', work);
  return finish(written, { tokens: [...preamble.tokens, ...tokens], finishReason }, reason);
}
