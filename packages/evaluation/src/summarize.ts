import type { DraftStatistics } from '@beltline/decoder';
import type { AnswerRecord, StageRecord } from './answer-record.ts';
import { comparePairs, type PairComparison } from './compare-pairs.ts';
import type { EvaluationMode } from './evaluation-mode.ts';
import { medianInterval, type Spread, spreadOf } from './quantiles.ts';
import { type Interval, wilsonInterval } from './wilson-interval.ts';

/** What came of the problems of one task, or of all. */
export interface TaskSummary {
  readonly task: string;
  /** Problems answered in all modes; others do not count. */
  readonly problems: number;
  readonly modes: readonly ModeSummary[];
  /** Every other mode compared with the first. */
  readonly comparisons: readonly ModeComparison[];
}

/** What one mode did. Tokens, passes and times are means of an answer, those of problems it was not refused. */
export interface ModeSummary {
  readonly mode: EvaluationMode;
  readonly right: number;
  /** 95% interval of the share that is right. */
  readonly interval: Interval;
  /** How many answers there are for each reason. */
  readonly reasons: Readonly<Record<string, number>>;
  /** How many outlines failed for each reason. */
  readonly fallbacks: Readonly<Record<string, number>>;
  /** Answers that a limit cut off. */
  readonly cutOff: number;
  /** Prompts that were too long for the model. */
  readonly failures: number;
  readonly branches: number;
  readonly answerTokens: number;
  /** After the prompt was read, as is `milliseconds`. */
  readonly forwardPasses: number;
  readonly milliseconds: number;
  /** All answer tokens over all that time. */
  readonly tokensPerSecond: number;
  /** In the order of decoding. */
  readonly stages: readonly StageRecord[];
  /** Tokens that were drafted and those that were right; set if the mode has drafts. */
  readonly drafts?: DraftStatistics;
}

/** A mode against the first one, problem by problem. */
export interface ModeComparison {
  readonly baseline: EvaluationMode;
  readonly mode: EvaluationMode;
  readonly pairs: PairComparison;
  /** Answer tokens a second, as a multiple of the baseline's; answers may differ in length. */
  readonly speedup: Gain | undefined;
  /** The baseline's time as a multiple of the mode's. */
  readonly time: Gain | undefined;
  /** The baseline's forward passes as a multiple of the mode's. */
  readonly forwardPasses: Gain | undefined;
}

/** How the ratios of the problems are spread; undefined where no problem has one. */
export interface Gain extends Spread {
  /** 95% interval of the median; undefined for fewer than six problems. */
  readonly interval: Interval | undefined;
}

/**
 * Summarises answers: each task and, if there are several, all of them as `all`.
 *
 * @param modes the modes to summarise; the others are compared with the first.
 */
export function summarize(records: readonly AnswerRecord[], modes: readonly EvaluationMode[]): TaskSummary[] {
  const problems = completeProblems(records, modes);
  const tasks = [...new Set(problems.map(([first]) => first!.task))];
  const summaries = tasks.map((task) =>
    summarizeTask(
      task,
      problems.filter(([first]) => first!.task === task),
      modes,
    ),
  );
  return tasks.length > 1 ? [...summaries, summarizeTask('all', problems, modes)] : summaries;
}

/** The answers to each problem that was answered in all modes, in the order of the modes. */
export function completeProblems(
  records: readonly AnswerRecord[],
  modes: readonly EvaluationMode[],
): AnswerRecord[][] {
  const byProblem = new Map<string, Map<EvaluationMode, AnswerRecord>>();
  for (const record of records) {
    const answers = byProblem.get(record.problem) ?? new Map<EvaluationMode, AnswerRecord>();
    byProblem.set(record.problem, answers.set(record.mode, record));
  }
  return [...byProblem.values()]
    .map((answers) => modes.flatMap((mode) => answers.get(mode) ?? []))
    .filter((answers) => answers.length === modes.length);
}

function summarizeTask(
  task: string,
  problems: readonly (readonly AnswerRecord[])[],
  modes: readonly EvaluationMode[],
): TaskSummary {
  const answersOf = (index: number) => problems.map((answers) => answers[index]!);
  return {
    task,
    problems: problems.length,
    modes: modes.map((mode, index) => summarizeMode(mode, answersOf(index))),
    comparisons: modes
      .slice(1)
      .map((mode, index) => compareModes([modes[0]!, mode], answersOf(0), answersOf(index + 1))),
  };
}

function summarizeMode(mode: EvaluationMode, answers: readonly AnswerRecord[]): ModeSummary {
  const right = answers.filter(({ correct }) => correct).length;
  const given = answers.filter(({ failure }) => failure === undefined);
  const mean = (read: (answer: AnswerRecord) => number) => sum(given.map(read)) / Math.max(1, given.length);
  const [answerTokens, milliseconds] = [
    mean((answer) => answer.answerTokens),
    mean((answer) => answer.milliseconds),
  ];
  return {
    mode,
    right,
    interval: wilsonInterval(right, answers.length),
    reasons: tally(answers.map(({ reason }) => reason)),
    fallbacks: tally(answers.flatMap(({ fallback }) => fallback ?? [])),
    cutOff: given.filter(({ finishReason }) => finishReason === 'length').length,
    failures: answers.length - given.length,
    branches: mean((answer) => answer.branches),
    answerTokens,
    forwardPasses: mean((answer) => answer.forwardPasses),
    milliseconds,
    tokensPerSecond: milliseconds > 0 ? (1000 * answerTokens) / milliseconds : 0,
    stages: meanStages(given),
    ...meanDrafts(given),
  };
}

function meanDrafts(answers: readonly AnswerRecord[]): Pick<ModeSummary, 'drafts'> {
  const counts = answers.flatMap(({ stages }) => stages.flatMap(({ drafts }) => drafts ?? []));
  if (counts.length === 0) return {};
  const mean = (read: (counts: DraftStatistics) => number) => sum(counts.map(read)) / answers.length;
  return {
    drafts: { proposed: mean(({ proposed }) => proposed), accepted: mean(({ accepted }) => accepted) },
  };
}

/** A stage that some answers do not have counts as nothing there, so that the means add up. */
function meanStages(answers: readonly AnswerRecord[]): StageRecord[] {
  const names = [...new Set(answers.flatMap(({ stages }) => stages.map(({ stage }) => stage)))];
  const order = ['prefill', 'outline', 'branches', 'conclusion', 'sequential'];
  names.sort((a, b) => order.indexOf(a) - order.indexOf(b));
  return names.map((stage) => {
    const entries = answers.flatMap(({ stages }) => stages.filter((entry) => entry.stage === stage));
    const mean = (read: (entry: StageRecord) => number) => sum(entries.map(read)) / answers.length;
    return {
      stage,
      tokens: mean(({ tokens }) => tokens),
      forwardPasses: mean(({ forwardPasses }) => forwardPasses),
      milliseconds: mean(({ milliseconds }) => milliseconds),
    };
  });
}

function compareModes(
  [baseline, mode]: readonly [EvaluationMode, EvaluationMode],
  first: readonly AnswerRecord[],
  second: readonly AnswerRecord[],
): ModeComparison {
  const count = (a: boolean, b: boolean) =>
    first.filter(({ correct }, index) => correct === a && second[index]!.correct === b).length;
  const gain = (ratio: (a: AnswerRecord, b: AnswerRecord) => number) =>
    gainOf(first.map((answer, index) => ratio(answer, second[index]!)));
  return {
    baseline,
    mode,
    pairs: comparePairs({
      bothRight: count(true, true),
      onlyFirst: count(true, false),
      onlySecond: count(false, true),
      bothWrong: count(false, false),
    }),
    speedup: gain(speedup),
    time: gain((a, b) => a.milliseconds / b.milliseconds),
    forwardPasses: gain((a, b) => a.forwardPasses / b.forwardPasses),
  };
}

/** Answer tokens a second of an answer, as a multiple of the baseline's. */
export function speedup(baseline: AnswerRecord, answer: AnswerRecord): number {
  const rate = ({ answerTokens, milliseconds }: AnswerRecord) => answerTokens / milliseconds;
  return rate(answer) / rate(baseline);
}

/** Where nothing was decoded, there is nothing to compare. */
function gainOf(ratios: readonly number[]): Gain | undefined {
  const values = ratios.filter((ratio) => Number.isFinite(ratio) && ratio > 0);
  return values.length === 0 ? undefined : { ...spreadOf(values), interval: medianInterval(values) };
}

function tally(names: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const name of names) counts[name] = (counts[name] ?? 0) + 1;
  return counts;
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
