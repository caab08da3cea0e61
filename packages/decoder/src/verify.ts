import type { Branch } from './branch-stage.ts';
import type { Agreement, FallbackReason, StageEvent, Verification } from './events.ts';
import { enter, type Line } from './line.ts';
import type { FormatRun } from './run.ts';
import { trunkStream } from './sampling/random-streams.ts';
import { inStage } from './stage.ts';

/**
 * Puts tokens into the cache once more, as one causal text after the prompt, and returns what sequential decoding would
 * have chosen in the place of each, `[token]`, if all before it stood as it does. The first of these choices may be `known`:
 * their tokens are in the cache as such a text already.
 *
 * The last token waits on the line. Each row of logits is read and let go as soon as its chunk is there.
 *
 * @param tokens token ids of the answer; the cache has room for all but the last.
 */
export async function* chooseInOrder(
  run: FormatRun,
  line: Line,
  promptTokens: readonly number[],
  tokens: readonly number[],
  known: readonly number[] = [],
): AsyncGenerator<StageEvent, number[]> {
  const text = [...promptTokens, ...tokens];
  line.position = promptTokens.length - 1 + known.length;
  run.cache.truncate(line.position);
  line.pending = text.slice(line.position, -1);
  const sample = run.createSampler(trunkStream);
  const history = tokens.slice(0, known.length);
  const choices = [...known];
  if (tokens.length > known.length) {
    const rows = tokens.slice(known.length).keys();
    yield* enter(run, 'verification', [line], [...rows], (logits) => {
      choices.push(sample(logits, history));
      history.push(tokens[history.length]!);
    });
    run.meter.countTokens(tokens.length - known.length);
  }
  line.pending = text.slice(-1);
  return choices;
}

/** An answer as far as it was decoded in parallel. */
export interface ParallelAnswer {
  /** Token ids, `[token]`. */
  readonly tokens: readonly number[];
  readonly blocks?: readonly WrittenBlock[];
  /** What verification has found for its first tokens, `[token]`. */
  readonly choices?: readonly number[] | undefined;
  readonly fallback?: FallbackReason;
}

export interface WrittenBlock {
  readonly branches: readonly Branch[];
  /** Number of the answer's token that the first of them starts with. */
  readonly start: number;
}

/**
 * Verifies what of a draft was not verified before; its last token then waits on the line. Returns all choices.
 *
 * Returns nothing if the cache has no room for it: there is none for a conclusion either.
 */
export async function* verifyWritten(
  run: FormatRun,
  line: Line,
  promptTokens: readonly number[],
  draft: ParallelAnswer,
): AsyncGenerator<StageEvent, readonly number[] | undefined> {
  const { tokens, choices } = draft;
  if (promptTokens.length + tokens.length > run.cache.capacity) return undefined;
  const work = chooseInOrder(run, line, promptTokens, tokens, choices);
  return yield* inStage(run, 'verification', work);
}

/** How far these choices are the draft itself; what was not reached counts nowhere. */
export function compareWritten(
  { tokens, blocks = [] }: ParallelAnswer,
  choices: readonly number[],
): Omit<Verification, 'repaired'> {
  const compare = (from: number, to: number) =>
    compareTokens(tokens.slice(from, Math.min(to, choices.length)), choices.slice(from, to));
  const compareBlock = ({ branches, start }: WrittenBlock) => {
    let end = start;
    return branches.map(({ title, headLength, tokens: own }) => {
      const headEnd = end + headLength;
      const heading = compare(end, headEnd);
      end += own.length;
      return { title, heading, body: compare(headEnd, end) };
    });
  };
  return { answer: compare(0, tokens.length), branches: blocks.flatMap(compareBlock) };
}

function compareTokens(tokens: readonly number[], choices: readonly number[]): Agreement {
  const agreeing = tokens.filter((token, index) => token === choices[index]).length;
  const firstDifference = tokens.findIndex((token, index) => token !== choices[index]);
  return { tokens: tokens.length, agreeing, ...(firstDifference >= 0 && { firstDifference }) };
}
