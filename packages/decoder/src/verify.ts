import type { Branch } from './branch-stage.ts';
import type { Agreement, FallbackReason, StageEvent, Verification } from './events.ts';
import { enter, type Line } from './line.ts';
import { trunkStream } from './random-streams.ts';
import type { FormatRun } from './run.ts';
import { inStage } from './stage.ts';

/**
 * Puts tokens into the cache once more, as one causal text after the prompt, and returns what sequential decoding would
 * have chosen in the place of each, `[token]`, if all before it stood as it does.
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
): AsyncGenerator<StageEvent, number[]> {
  const text = [...promptTokens, ...tokens];
  line.position = promptTokens.length - 1;
  run.cache.truncate(line.position);
  line.pending = text.slice(line.position, -1);
  const sample = run.createSampler(trunkStream);
  const history: number[] = [];
  const choices: number[] = [];
  if (tokens.length > 0) {
    yield* enter(run, 'verification', [line], [...tokens.keys()], (logits) => {
      choices.push(sample(logits, history));
      history.push(tokens[history.length]!);
    });
    run.meter.countTokens(tokens.length);
  }
  line.pending = text.slice(-1);
  return choices;
}

/** An answer as far as it was decoded in parallel. */
export interface Draft {
  /** Token ids, `[token]`. */
  readonly tokens: readonly number[];
  readonly branches?: readonly Branch[];
  /** Number of the token that the first branch starts with. */
  readonly start?: number;
  readonly fallback?: FallbackReason;
}

/**
 * Verifies a draft, whose last token then waits on the line.
 *
 * Returns nothing if the cache has no room for it: there is none for a conclusion either.
 */
export async function* verifyDraft(
  run: FormatRun,
  line: Line,
  promptTokens: readonly number[],
  draft: Draft,
): AsyncGenerator<StageEvent, Verification | undefined> {
  const { tokens } = draft;
  if (promptTokens.length + tokens.length > run.cache.capacity) return undefined;
  const choices = yield* inStage(run, 'verification', chooseInOrder(run, line, promptTokens, tokens));
  return { ...compareDraft(draft, choices), repaired: false };
}

/** How far these choices are the draft itself; what was not reached counts nowhere. */
export function compareDraft(
  { tokens, branches = [], start = 0 }: Draft,
  choices: readonly number[],
): Omit<Verification, 'repaired'> {
  const compare = (from: number, to: number) =>
    compareTokens(tokens.slice(from, Math.min(to, choices.length)), choices.slice(from, to));
  let end = start;
  return {
    answer: compare(0, tokens.length),
    branches: branches.map(({ title, headLength, tokens: own }) => {
      const headEnd = end + headLength;
      const heading = compare(end, headEnd);
      end += own.length;
      return { title, heading, body: compare(headEnd, end) };
    }),
  };
}

function compareTokens(tokens: readonly number[], choices: readonly number[]): Agreement {
  const agreeing = tokens.filter((token, index) => token === choices[index]).length;
  const firstDifference = tokens.findIndex((token, index) => token !== choices[index]);
  return { tokens: tokens.length, agreeing, ...(firstDifference >= 0 && { firstDifference }) };
}
