import type { Precision } from '@beltline/node';

/** What `--precision` takes, in every command. */
export const precisions: readonly Precision[] = ['fp32', 'int8', 'int4', 'w8a8'];
