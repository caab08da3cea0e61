/**
 * The four markers of the answer format.
 *
 * Source: Yu, "Accelerate Parallelizable Reasoning via Parallel Decoding within One Sequence", arXiv 2503.20533.
 */
export const markers = {
  /** Opens a step; together with `end` it closes the block. */
  step: '####',
  /** Ends a step's title. */
  titleEnd: ':',
  /** Stands for a body that is written elsewhere. */
  ellipsis: '......',
  /** Right after `step`: no step follows. */
  end: '%%%%',
} as const;

/** Put before the `####` of a nested block, once for each step that the block stands in. */
const nesting = '>';

/**
 * What opens a step at a depth: `####` at depth 1, `>####` in a block that stands inside a step, and so on.
 *
 * The sign comes first, so that with the last character of `####` it is known which block the step belongs to.
 */
export function stepMarker(depth: number): string {
  return nesting.repeat(depth - 1) + markers.step;
}

/** How deep blocks may stand inside of steps. */
export interface Nesting {
  /** Depth of the blocks that are looked for, from 1; default 1. */
  readonly depth?: number;
  /** Deepest blocks that there are; from there on `>` before a marker is plain text. Default 1: no nesting. */
  readonly maxDepth?: number;
}

/** What separates two steps. */
export const stepSeparator = '\n\n';

/** Closes a block of steps. */
export const blockEnd = `${markers.step}${markers.end}` as const;

/** What is forced after each title of an outline, so that only titles are decoded. */
export const forcedAfterTitle = `${markers.ellipsis}${stepSeparator}${markers.step}` as const;
