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

/** What separates two steps. */
export const stepSeparator = '\n\n';

/** Closes a block of steps. */
export const blockEnd = `${markers.step}${markers.end}` as const;

/** What is forced after each title of an outline, so that only titles are decoded. */
export const forcedAfterTitle = `${markers.ellipsis}${stepSeparator}${markers.step}` as const;
