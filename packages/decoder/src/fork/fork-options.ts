import type { DraftMode, Join } from '../options.ts';
import type { Continuation, PromptOptions } from '../prompt.ts';
import { atLeastOne } from '../require-range.ts';
import type { LogitsProcessor } from '../sampling/logits-processor.ts';
import { createSamplers, type Sampler, type SamplingOptions } from '../sampling/sampler.ts';
import { requireStops } from '../stops.ts';

/** How far a line writes. */
export interface WritingOptions {
  /** Most tokens to choose, at least 1. Default 512. */
  readonly maxTokens?: number;
  /** Texts that end the line and are no part of it. */
  readonly stop?: readonly string[];
  /** Rules out tokens; it is told the tokens that this line has chosen. Each line needs one of its own. */
  readonly constraint?: LogitsProcessor;
}

/** One branch of a fork; what it leaves out of sampling is taken from the fork's options. */
export interface ForkBranch extends WritingOptions, SamplingOptions {
  /** What the branch goes on with after the prefix; without it the branch writes right after the prefix. */
  readonly prompt?: Continuation;
}

/** Options of a fork; the sampling options are those of its branches. */
export interface ForkOptions extends SamplingOptions, PromptOptions {
  /** Drafts of the branches and the join, as those of a generation. Default `off`. */
  readonly drafts?: DraftMode;
  /** Most tokens of one forward pass while many are waiting, at least 1. Default 256. */
  readonly chunkSize?: number;
  /**
   * Most tokens in the KV cache, at least 1; by default there is room for all branches at their limits. Branches that do
   * not fit at once go in waves.
   */
  readonly kvBudget?: number;
  /** Adds the events of the KV cache (`TraceEvent`). Default false. */
  readonly trace?: boolean;
  /** Stops the fork and its join before the next forward pass. */
  readonly signal?: AbortSignal;
}

export interface JoinOptions extends WritingOptions, SamplingOptions {
  /** Default `recompute`. */
  readonly join?: Join;
  /** Set behind each branch. Default a blank line. */
  readonly separator?: string;
}

export type ResolvedWriting = Required<Omit<WritingOptions, 'constraint'>> &
  Pick<WritingOptions, 'constraint'>;

/** Fills in the defaults. @throws RangeError or TypeError for a value that makes no sense. */
export function resolveWriting({ maxTokens = 512, stop = [], constraint }: WritingOptions): ResolvedWriting {
  return {
    maxTokens: atLeastOne('maxTokens', maxTokens),
    stop: requireStops(stop),
    ...(constraint && { constraint }),
  };
}

/** A branch with all its defaults. */
export interface ResolvedBranch {
  readonly prompt: Continuation;
  readonly writing: ResolvedWriting;
  readonly createSampler: (stream: number) => Sampler;
}

/** Fills in the defaults. @throws RangeError or TypeError for a value that makes no sense. */
export function resolveBranches(
  branches: readonly ForkBranch[],
  options: ForkOptions,
  exempt: ReadonlySet<number>,
): ResolvedBranch[] {
  if (branches.length === 0) throw new RangeError('a fork needs at least one branch');
  return branches.map((branch) => ({
    prompt: branch.prompt ?? '',
    writing: resolveWriting(branch),
    createSampler: createSamplers({ ...options, ...given(branch) }, exempt),
  }));
}

/** What was set: an option that is there but undefined counts as left out. */
export function given<T extends object>(options: T): Partial<T> {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined)) as Partial<T>;
}
