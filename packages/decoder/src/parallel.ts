import { markers } from '@beltline/format';
import { type Branch, decodeBranches } from './branch-stage.ts';
import type { FallbackReason, StageEvent } from './events.ts';
import { type Joined, joinBranches } from './join-stage.ts';
import { type Line, rewindLine } from './line.ts';
import { finishBranches } from './nested-stage.ts';
import { createNumbering, type Numbering } from './outline/numbering.ts';
import { constrainOutline, decodeOutline, type Outline, type OutlineStart } from './outline/outline-stage.ts';
import { finishRepaired } from './repair.ts';
import type { Decoded } from './result.ts';
import type { FormatRun } from './run.ts';
import { trunkStream } from './sampling/random-streams.ts';
import type { Sampler } from './sampling/sampler.ts';
import { decodeSequentially, type SequentialPart } from './sequential.ts';
import { inStage } from './stage.ts';
import { compareWritten, verifyWritten, type WrittenBlock } from './verify.ts';

/** An answer as far as it is complete: up to the end of its last block. */
interface Written {
  readonly tokens: readonly number[];
  readonly blocks: readonly WrittenBlock[];
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
  const numbering = createNumbering(run.options);
  let written: Written = { tokens: [], blocks: [] };
  let place: Place = {
    line,
    start: promptTokens.length,
    outline: { sample: createSampler(), constrain: constrainOutline(run, 0), opened: [] },
  };
  for (;;) {
    const { block, firstBranch } = numbering;
    const begin = { ...place.outline, line: place.line, history: written.tokens, block, firstBranch };
    const outline = yield* inStage(run, 'outline', decodeOutline(run, begin));
    if (outline.type !== 'outline') {
      return yield* fallBack(run, promptTokens, { outline, written, place, sample: createSampler() });
    }
    rewindTo(run, place, outline.preamble);
    const { tokens: before, blocks } = written;
    const history = [...before, ...outline.preamble.tokens];
    const start = { heads: outline.heads, history, numbering };
    const open = yield* inStage(run, 'branches', decodeBranches(run, place.line, start));
    const { branches, stopped } = yield* finishBranches(run, open.branches, numbering);
    const closing = run.vocabulary.blockEnd;
    const tokens = [...history, ...branches.flatMap((branch) => branch.tokens), ...closing];
    written = { ...written, tokens, blocks: [...blocks, ...listBlocks(history.length, branches)] };
    if (run.options.verify === 'repair') return yield* finishRepaired(run, line, promptTokens, written);
    if (stopped || open.stopped) return finish(written, { tokens: [], finishReason: 'length' });

    let joined: Joined | undefined;
    if (run.options.verify === 'report') {
      const choices = yield* verifyWritten(run, line, promptTokens, written);
      written = { ...written, choices: choices ?? written.choices };
      // Verification has put all of it into the cache as one causal text.
      if (choices) joined = { line, companions: [] };
    }
    const work = decodeConclusion(run, written, {
      ...{ trunk: place.line, branches, sample: createSampler(), numbering, joined },
    });
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
    ...(choices && { verification: { ...compareWritten(draft, choices), repaired: false } }),
  };
}

/** A block whose first branch starts at token number `start`, and all that are nested in it, in the order of their numbers. */
function listBlocks(start: number, branches: readonly Branch[]): WrittenBlock[] {
  const blocks: WrittenBlock[] = [{ start, branches }];
  let end = start;
  for (const { nested, tokens } of branches) {
    for (const block of nested) blocks.push(...listBlocks(end + block.start, block.branches));
    end += tokens.length;
  }
  return blocks;
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
  /** The line that the last block stands below, and its branches. */
  readonly trunk: Line;
  readonly branches: readonly Branch[];
  readonly sample: Sampler;
  readonly numbering: Numbering;
  /** Where to go on; by default after a join of the last block's branches. */
  readonly joined: Joined | undefined;
}

/** Decodes what comes after a block, to the end of the answer or to where the next block opens. */
async function* decodeConclusion(
  run: FormatRun,
  written: Written,
  { trunk, branches, sample, numbering, joined }: ConclusionStart,
): AsyncGenerator<StageEvent, Conclusion> {
  joined ??= yield* joinBranches(run, run.options.join, trunk, branches, run.vocabulary.blockEnd);
  const { line } = joined;
  const start = line.position + line.pending.length;
  const { stop } = run.options;
  const mayOpen = numbering.mayOpen && !stop.includes(markers.step);
  const constraint = mayOpen ? constrainOutline(run, numbering.firstBranch) : undefined;
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
