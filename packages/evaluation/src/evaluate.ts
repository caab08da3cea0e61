import type { Decoder, GenerateOptions, GenerationResult } from '@beltline/decoder';
import { type Scorable, scoreAnswer } from '@beltline/tasks';
import { type AnswerRecord, keyOf } from './answer-record.ts';
import { type EvaluationMode, optionsOfMode } from './evaluation-mode.ts';

/** A problem to answer, and what its answers are compared with. */
export interface EvaluationProblem {
  /** Different for all problems of an evaluation. */
  readonly id: string;
  /** The task that it belongs to: problems of one task are counted together. */
  readonly task: string;
  /** The user's message. */
  readonly prompt: string;
  readonly scorable: Scorable;
}

export interface EvaluateOptions {
  /** Decoded in turns: each problem of a task begins with another one, so that none always finds the warmer machine. */
  readonly modes: readonly EvaluationMode[];
  /** Limits of one answer; decoding is greedy. */
  readonly limits?: Pick<GenerateOptions, 'maxTokens' | 'maxBranchTokens'>;
  /** As the decoder takes them. */
  readonly templateVariables?: GenerateOptions['templateVariables'];
  /** Keys (`keyOf`) of the answers that are there already. */
  readonly done?: ReadonlySet<string>;
  readonly signal?: AbortSignal;
}

/**
 * Answers problems in all modes and scores the answers, one at a time, as they are asked for.
 *
 * What is measured starts after a warm-up. The decoder should keep nothing (`prefixCache: { maxTokens: 0 }`), or a prompt is read
 * by the mode that comes first only. A prompt that is too long for the model counts as a wrong answer.
 *
 * @throws RangeError if two problems have one id; DecoderError, BackendError, and the signal's reason, as the decoder does.
 *
 * @example
 * for await (const record of evaluate(decoder, problems, { modes: ['sequential', 'recompute'] })) {
 *   console.log(record.problem, record.mode, record.correct);
 * }
 */
export async function* evaluate(
  decoder: Pick<Decoder, 'generate'>,
  problems: readonly EvaluationProblem[],
  options: EvaluateOptions,
): AsyncGenerator<AnswerRecord, undefined> {
  const { done = new Set<string>() } = options;
  requireDistinct(problems);
  let isWarm = false;
  // Counted task by task: tasks that take turns as well would each keep to one mode.
  const begun = new Map<string, number>();
  for (const problem of problems) {
    const turn = begun.get(problem.task) ?? 0;
    begun.set(problem.task, turn + 1);
    for (const mode of rotate(options.modes, turn)) {
      if (done.has(keyOf({ problem: problem.id, mode }))) continue;
      if (!isWarm) isWarm = await warmUp(decoder, problem, options);
      yield await answer(decoder, problem, mode, options);
    }
  }
}

function requireDistinct(problems: readonly EvaluationProblem[]): void {
  const ids = new Set<string>();
  for (const { id } of problems) {
    if (ids.has(id))
      throw new RangeError(`expected every problem to have an id of its own, got two of ${id}`);
    ids.add(id);
  }
}

function rotate<T>(items: readonly T[], by: number): T[] {
  const start = by % items.length;
  return [...items.slice(start), ...items.slice(0, start)];
}

/**
 * The first passes of a process are slower, while code is compiled and memory is allocated. Tells whether all modes
 * had an answer to begin.
 */
async function warmUp(
  decoder: Pick<Decoder, 'generate'>,
  problem: EvaluationProblem,
  options: EvaluateOptions,
): Promise<boolean> {
  const limits = { ...options.limits, maxTokens: Math.min(24, options.limits?.maxTokens ?? 24) };
  for (const mode of options.modes) {
    const { failure } = await answer(decoder, problem, mode, { ...options, limits });
    if (failure !== undefined) return false;
  }
  return true;
}

async function answer(
  decoder: Pick<Decoder, 'generate'>,
  problem: EvaluationProblem,
  mode: EvaluationMode,
  { limits, templateVariables, signal }: EvaluateOptions,
): Promise<AnswerRecord> {
  const about = { problem: problem.id, task: problem.task, mode };
  const generation = decoder.generate(problem.prompt, {
    ...limits,
    ...optionsOfMode(mode),
    ...(templateVariables && { templateVariables }),
    ...(signal && { signal }),
  });
  try {
    return { ...about, ...describe(problem, await generation.result()) };
  } catch (error) {
    // By its code: errors of decoders in other threads are of other classes.
    const { code } = error as { readonly code?: unknown };
    if (code !== 'PROMPT_TOO_LONG') throw error;
    return {
      ...about,
      ...unanswered,
      expected: scoreAnswer(problem.scorable, '').expected,
      failure: code,
    };
  }
}

function describe({ scorable }: EvaluationProblem, result: GenerationResult) {
  const { text, branches, finishReason, fallback, statistics } = result;
  const { correct, reason, expected, found } = scoreAnswer(scorable, text);
  const { answerTokens, forwardPasses, milliseconds } = statistics;
  return {
    correct,
    reason,
    expected,
    ...(found !== undefined && { found }),
    ...(fallback && { fallback }),
    finishReason,
    branches: branches.length,
    answerTokens,
    forwardPasses,
    milliseconds,
    stages: statistics.stages.map(({ tokensPerSecond: _, ...stage }) => stage),
    text,
  };
}

const unanswered = {
  correct: false,
  reason: 'no-answer',
  finishReason: 'length',
  branches: 0,
  answerTokens: 0,
  forwardPasses: 0,
  milliseconds: 0,
  stages: [],
  text: '',
} as const;
