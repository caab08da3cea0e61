import type { Precision } from '@beltline/node';
import { Option } from 'commander';

/** What `--precision` takes, in every command. */
export const precisions: readonly Precision[] = ['fp32', 'int8', 'int4', 'w8a8'];

/** `--wide`, where a model is run. */
export function wideOption(): Option {
  return new Option(
    '--wide',
    'run passes of 8 tokens and more, as prompts and many steps, on a second graph in w8a8',
  );
}
