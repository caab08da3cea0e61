import type { KvCache, LanguageModel } from '@beltline/backend';
import { type DecodingMode, evaluationModes } from '../evaluation-mode.ts';
import { createForcedDecoding, type ForcedDecoding } from './forced-decoding.ts';
import { type AnswerShape, answerTokens, type SpeedSample } from './speed-sample.ts';

export interface SpeedOptions {
  /** Tokens that lie in the cache before each step and each answer. */
  readonly context: number;
  /** Widths of the lock steps. */
  readonly rows: readonly number[];
  readonly answer: AnswerShape;
  /** Most rounds. */
  readonly rounds: number;
  /** Time in ms after which no round begins that would, going by the longest so far, not end in it; one is always run. */
  readonly budget?: number;
  readonly signal?: AbortSignal;
  /** Clock in ms. */
  readonly now?: () => number;
}

/** Steps of each width in a round: a step is quick, and its time varies. */
const stepsPerRound = 4;

const smallAnswer: AnswerShape = { branches: 2, branchTokens: 2, titleTokens: 1, conclusionTokens: 1 };

/**
 * Times a model's forward passes: the prompt, lock steps of each width, and a whole answer in each mode.
 *
 * A round times all of them, each round in another order, so that a busy moment of the machine hits all alike and what has
 * been measured so far is always complete. A short warm-up comes first and does not count.
 *
 * @throws RangeError if the context and the answer do not fit into the model's; BackendError, and the signal's reason.
 *
 * @example
 * for await (const sample of measureSpeed(model, options)) samples.push(sample);
 */
export async function* measureSpeed(
  model: LanguageModel,
  options: SpeedOptions,
): AsyncGenerator<SpeedSample, undefined> {
  const {
    context,
    rounds,
    budget = Number.POSITIVE_INFINITY,
    signal,
    now = () => performance.now(),
  } = options;
  requireRoom(model, options);
  const decoding = createForcedDecoding(model, context, signal);
  await warmUp(model, options);
  const startedAt = now();
  let longest = 0;
  for (let round = 0; round < rounds; round++) {
    const roundStartedAt = now();
    if (round > 0 && roundStartedAt - startedAt + longest > budget) return;
    yield* runRound(model, decoding, round, { ...options, now });
    longest = Math.max(longest, now() - roundStartedAt);
  }
}

/** Tokens that a model must have room for. */
export function tokensOfSpeed({
  context,
  rows,
  answer,
}: Pick<SpeedOptions, 'context' | 'rows' | 'answer'>): number {
  return context + Math.max(...rows, answerTokens(answer) + 3 * answer.branches);
}

function requireRoom({ shape }: LanguageModel, options: SpeedOptions): void {
  const needed = tokensOfSpeed(options);
  if (needed <= shape.contextLength) return;
  throw new RangeError(
    `expected context and answer to fit into the model's ${shape.contextLength} tokens, got ${needed}`,
  );
}

/** The first passes of a process are slower, while code is compiled and memory is allocated. */
async function warmUp(model: LanguageModel, { rows, signal }: SpeedOptions): Promise<void> {
  const decoding = createForcedDecoding(model, 8, signal);
  const cache = model.createCache();
  try {
    await decoding.prefill(cache);
    for (const width of rows) await decoding.step(cache, width);
    for (const mode of evaluationModes) await decoding.answer(cache, mode, smallAnswer);
  } finally {
    cache.dispose();
  }
}

async function* runRound(
  model: LanguageModel,
  decoding: ForcedDecoding,
  round: number,
  { rows, answer, now }: SpeedOptions & { now: () => number },
): AsyncGenerator<SpeedSample, undefined> {
  const cache: KvCache = model.createCache();
  const timed = async (run: () => Promise<void>) => {
    const startedAt = now();
    await run();
    return now() - startedAt;
  };
  try {
    yield { type: 'prefill', milliseconds: await timed(() => decoding.prefill(cache)) };
    for (let step = 0; step < stepsPerRound; step++) {
      for (const width of rotate(rows, round * stepsPerRound + step)) {
        yield { type: 'step', rows: width, milliseconds: await timed(() => decoding.step(cache, width)) };
      }
    }
    for (const mode of rotate<DecodingMode>(evaluationModes, round)) {
      const milliseconds = await timed(() => decoding.answer(cache, mode, answer));
      yield { type: 'answer', mode, milliseconds };
    }
  } finally {
    cache.dispose();
  }
}

function rotate<T>(items: readonly T[], by: number): T[] {
  const start = by % items.length;
  return [...items.slice(start), ...items.slice(0, start)];
}
