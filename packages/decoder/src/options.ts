import type { OutlineConstraint } from './outline/outline-constraint.ts';
import type { PromptOptions } from './prompt.ts';
import { atLeastOne } from './require-range.ts';
import type { SamplingOptions } from './sampling/sampler.ts';
import { requireStops } from './stops.ts';

/** How the conclusion gets to see the branches. */
export type Join =
  /** Computes their keys and values anew as one causal text, as the paper does. */
  | 'recompute'
  /** Keeps their keys, values and positions; the conclusion goes on after the longest branch. */
  | 'reuse';

/** Whether a parallel answer is held against sequential decoding. */
export type Verify =
  | 'off'
  /** Tells how many tokens of each branch sequential decoding would have chosen as well; the answer stays. */
  | 'report'
  /** Tells it, and decodes again from the first difference on: the answer is what sequential decoding writes. */
  | 'repair';

/** Whether lines draft what they may write next; the answer is the same, token for token. */
export type DraftMode =
  | 'off'
  /** What came after the same tokens in the prompt, in the answer or on a sibling branch is checked in the same pass. */
  | 'lookup';

/** How forced tokens enter: together, in passes of as many as there are, or one by one. */
export type Pace = 'ragged' | 'paper';

/** Options of one generation; all have defaults. */
export interface GenerateOptions extends SamplingOptions, PromptOptions {
  /** Default `parallel`, which falls back to sequential decoding where there is nothing parallel. */
  readonly mode?: 'parallel' | 'sequential';
  /** Default `recompute`. */
  readonly join?: Join;
  /**
   * Default `off`. The others are for greedy decoding (temperature 0) and the join `recompute`. With `repair`, `maxTokens`
   * bounds the draft and the repaired answer, each for itself.
   */
  readonly verify?: Verify;
  /** Default `off`. How much is drafted follows from what was right so far and from the number of live branches. */
  readonly drafts?: DraftMode;
  /**
   * Default `ragged`. `paper` costs what the paper's script costs, for comparison, and writes the same: forced tokens, those
   * of titles above all, take a pass each in lock step, and branches that have ended go on taking a row. Without drafts.
   */
  readonly pace?: Pace;
  /** Most tokens to choose, all stages together, at least 1. Default 2048. */
  readonly maxTokens?: number;
  /** Most tokens of one branch's body, at least 1. Default 512. */
  readonly maxBranchTokens?: number;
  /** Most branches of all blocks together, at least 1; with the `reference` constraint an outline with more counts as
   * malformed, with the default one it ends there. Default 64. */
  readonly maxBranches?: number;
  /**
   * Most blocks that are decoded in parallel, at least 1; what comes after is decoded in order. Default 8. `verify: 'repair'`
   * allows one.
   */
  readonly maxBlocks?: number;
  /**
   * Deepest blocks, at least 1. Default 1: none stands inside of a branch. From 2 on, a branch may open a block of its own
   * with `>####`; its branches count among those of the answer.
   */
  readonly maxDepth?: number;
  /** Most tokens of one title where the outline is constrained by the grammar, at least 1. Default 64. */
  readonly maxTitleTokens?: number;
  /**
   * What rules out tokens in the outline. `grammar` (the default): all that would break it. `reference`: only what the
   * paper's script rules out, so that a model can break its outline. Or a function of your own.
   */
  readonly outlineConstraint?: 'grammar' | 'reference' | OutlineConstraint;
  /** Most tokens of one forward pass while many are waiting (prompt, join), at least 1. Default 256. */
  readonly chunkSize?: number;
  /**
   * Most tokens in the KV cache, at least 1; default and most: the context. Branches that do not fit at once go in waves. A
   * join that recomputes needs room for the whole answer.
   */
  readonly kvBudget?: number;
  /** Texts that end a branch, a conclusion or a sequential answer, and are no part of it; outlines do without. */
  readonly stop?: readonly string[];
  /** Adds the events of the KV cache (`TraceEvent`). Default false. */
  readonly trace?: boolean;
  /** Stops the generation before its next forward pass. */
  readonly signal?: AbortSignal;
}

export type ResolvedOptions = Required<
  Pick<
    GenerateOptions,
    | 'mode'
    | 'join'
    | 'verify'
    | 'drafts'
    | 'pace'
    | 'maxTokens'
    | 'maxBranchTokens'
    | 'maxBranches'
    | 'maxBlocks'
    | 'maxDepth'
    | 'maxTitleTokens'
    | 'outlineConstraint'
    | 'chunkSize'
    | 'kvBudget'
    | 'stop'
    | 'trace'
  >
>;

/** Fills in the defaults. @throws RangeError or TypeError for a value that makes no sense. */
export function resolveOptions(options: GenerateOptions): ResolvedOptions {
  const { mode = 'parallel', join = 'recompute', outlineConstraint = 'grammar' } = options;
  if (mode !== 'parallel' && mode !== 'sequential') {
    throw new TypeError(`mode must be 'parallel' or 'sequential', got ${JSON.stringify(mode)}`);
  }
  if (typeof outlineConstraint !== 'function' && !['grammar', 'reference'].includes(outlineConstraint)) {
    throw new TypeError(
      `outlineConstraint must be 'grammar', 'reference' or a function, got ${JSON.stringify(outlineConstraint)}`,
    );
  }
  return {
    mode,
    join: requireJoin(join),
    verify: requireVerify(options),
    drafts: requireDrafts(options.drafts ?? 'off'),
    pace: requirePace(options),
    outlineConstraint,
    maxTokens: atLeastOne('maxTokens', options.maxTokens ?? 2048),
    maxBranchTokens: atLeastOne('maxBranchTokens', options.maxBranchTokens ?? 512),
    maxBranches: atLeastOne('maxBranches', options.maxBranches ?? 64),
    maxBlocks: atLeastOne('maxBlocks', options.maxBlocks ?? 8),
    maxDepth: atLeastOne('maxDepth', options.maxDepth ?? 1),
    maxTitleTokens: atLeastOne('maxTitleTokens', options.maxTitleTokens ?? 64),
    chunkSize: atLeastOne('chunkSize', options.chunkSize ?? 256),
    kvBudget: resolveBudget(options.kvBudget),
    stop: requireStops(options.stop ?? []),
    trace: options.trace ?? false,
  };
}

function requireVerify({ verify = 'off', join, temperature = 0, topK }: GenerateOptions): Verify {
  if (verify !== 'off' && verify !== 'report' && verify !== 'repair') {
    throw new TypeError(`verify must be 'off', 'report' or 'repair', got ${JSON.stringify(verify)}`);
  }
  if (verify !== 'off' && temperature !== 0 && topK !== 1) {
    throw new TypeError(`verify: '${verify}' is for greedy decoding: set the temperature to 0`);
  }
  if (verify !== 'off' && join === 'reuse') {
    throw new TypeError(`verify: '${verify}' needs the join 'recompute'`);
  }
  return verify;
}

/** @throws TypeError unless it is a way to draft. */
export function requireDrafts(drafts: DraftMode): DraftMode {
  if (drafts === 'off' || drafts === 'lookup') return drafts;
  throw new TypeError(`drafts must be 'off' or 'lookup', got ${JSON.stringify(drafts)}`);
}

function requirePace({ pace = 'ragged', drafts = 'off' }: GenerateOptions): Pace {
  if (pace !== 'ragged' && pace !== 'paper') {
    throw new TypeError(`pace must be 'ragged' or 'paper', got ${JSON.stringify(pace)}`);
  }
  if (pace === 'paper' && drafts !== 'off') throw new TypeError(`pace: 'paper' goes without drafts`);
  return pace;
}

/** @throws TypeError unless it is a join. */
export function requireJoin(join: Join): Join {
  if (join === 'recompute' || join === 'reuse') return join;
  throw new TypeError(`join must be 'recompute' or 'reuse', got ${JSON.stringify(join)}`);
}

/** Most tokens in the cache; without a budget as many as there may be. */
export function resolveBudget(kvBudget: number | undefined): number {
  return kvBudget === undefined ? Infinity : atLeastOne('kvBudget', kvBudget);
}
