import type { RunRecord, RunState } from './run-state.ts';

/** Figures of a run at some time. */
export interface Figures {
  /** Time since the prompt was read, in ms. */
  readonly milliseconds: number;
  readonly passes: number;
  readonly tokens: number;
  /** Undefined before the first token. */
  readonly tokensPerSecond: number | undefined;
}

/** When a state came up on the common clock, which starts when the prompt has been read; in ms, at least 0. */
export function clockTime(run: RunRecord, { at }: RunState): number {
  return run.promptReadAt === undefined ? 0 : Math.max(0, at - run.promptReadAt);
}

/** When the last state so far came up on the common clock, in ms. */
export function durationOf(run: RunRecord): number {
  return clockTime(run, run.states.at(-1)!);
}

/** Index of the state that stands at a time of the common clock: the last one that had come up by then. */
export function stateIndexAt(run: RunRecord, clock: number): number {
  let low = 0;
  let high = run.states.length - 1;
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if (clockTime(run, run.states[middle]!) <= clock) low = middle;
    else high = middle - 1;
  }
  return low;
}

/** The time `passes` forward passes later, or earlier if negative; it stays within the run. */
export function stepClock(run: RunRecord, clock: number, passes: number): number {
  const index = stateIndexAt(run, clock);
  const ofIndex = clockTime(run, run.states[index]!);
  // Between two passes, one back is to the earlier of them.
  const from = passes < 0 && clock > ofIndex ? index + 1 : index;
  const target = Math.min(Math.max(from + passes, 0), run.states.length - 1);
  return clockTime(run, run.states[target]!);
}

export function figuresOf(run: RunRecord, state: RunState): Figures {
  const milliseconds = clockTime(run, state);
  const { passes, answerTokens: tokens } = state;
  const tokensPerSecond = milliseconds > 0 ? (tokens / milliseconds) * 1000 : undefined;
  return { milliseconds, passes, tokens, tokensPerSecond };
}

/** How a race ended. */
export interface Verdict {
  /** Sequential time over parallel time: above 1 the parallel run was faster. */
  readonly speedup: number;
  readonly parallel: Figures;
  readonly sequential: Figures;
  readonly sameText: boolean;
}

/** Undefined until both runs are over. */
export function verdictOf(parallel: RunRecord, sequential: RunRecord): Verdict | undefined {
  const [ended, other] = [parallel.states.at(-1)!, sequential.states.at(-1)!];
  if (!ended.result || !other.result) return undefined;
  const figures = figuresOf(parallel, ended);
  const otherFigures = figuresOf(sequential, other);
  return {
    speedup: otherFigures.milliseconds / figures.milliseconds,
    parallel: figures,
    sequential: otherFigures,
    sameText: ended.result.text === other.result.text,
  };
}
