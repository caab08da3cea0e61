import { type DecodingMode, evaluationModes } from '../evaluation-mode.ts';
import { type Spread, spreadOf } from '../quantiles.ts';
import { type AnswerShape, answerTokens, type SpeedSample } from './speed-sample.ts';

/** What has been measured so far; each part is there once it has a sample. Times are in ms. */
export interface SpeedSummary {
  readonly prefill: (Spread & { readonly tokensPerSecond: number }) | undefined;
  readonly steps: readonly StepSummary[];
  readonly answers: readonly AnswerSummary[];
}

export interface StepSummary extends Spread {
  readonly rows: number;
  /** Median time as a multiple of the narrowest step's. */
  readonly cost: number;
  /** Tokens a second as a multiple of the narrowest step's. */
  readonly gain: number;
  readonly tokensPerSecond: number;
}

export interface AnswerSummary extends Spread {
  readonly mode: DecodingMode;
  /** The sequential median as a multiple of this one; undefined while there is none. */
  readonly speedup: number | undefined;
  readonly tokensPerSecond: number;
}

/** Takes medians and spreads; a rate goes by the median. */
export function summarizeSpeed(
  samples: readonly SpeedSample[],
  { context, answer }: { readonly context: number; readonly answer: AnswerShape },
): SpeedSummary {
  const prefills = samples.flatMap((sample) => (sample.type === 'prefill' ? sample.milliseconds : []));
  return {
    prefill: prefills.length === 0 ? undefined : withRate(spreadOf(prefills), context),
    steps: summarizeSteps(samples),
    answers: summarizeAnswers(samples, answerTokens(answer)),
  };
}

function withRate(spread: Spread, tokens: number) {
  return { ...spread, tokensPerSecond: (1000 * tokens) / spread.median };
}

function summarizeSteps(samples: readonly SpeedSample[]): StepSummary[] {
  const times = new Map<number, number[]>();
  for (const sample of samples) {
    if (sample.type !== 'step') continue;
    times.set(sample.rows, [...(times.get(sample.rows) ?? []), sample.milliseconds]);
  }
  const widths = [...times.keys()].sort((a, b) => a - b);
  const steps = widths.map((rows) => ({ rows, ...withRate(spreadOf(times.get(rows)!), rows) }));
  return steps.map((step) => ({
    ...step,
    cost: step.median / steps[0]!.median,
    gain: step.tokensPerSecond / steps[0]!.tokensPerSecond,
  }));
}

function summarizeAnswers(samples: readonly SpeedSample[], tokens: number): AnswerSummary[] {
  const answers = evaluationModes.flatMap((mode) => {
    const times = samples.flatMap((sample) =>
      sample.type === 'answer' && sample.mode === mode ? sample.milliseconds : [],
    );
    return times.length === 0 ? [] : { mode, ...withRate(spreadOf(times), tokens) };
  });
  const sequential = answers.find(({ mode }) => mode === 'sequential')?.median;
  return answers.map((answer) => ({ ...answer, speedup: sequential && sequential / answer.median }));
}
