import type { ForkBranch, GenerateOptions, JoinOptions, PrefillOptions } from '@beltline/decoder';

/** Options of one generation; functions cannot go to a worker. */
export interface WebGenerateOptions extends Omit<GenerateOptions, 'outlineConstraint'> {
  readonly outlineConstraint?: 'grammar' | 'reference';
}

/** One branch of a fork; functions cannot go to a worker. */
export interface WebForkBranch extends Omit<ForkBranch, 'constraint'> {}

/** Options of a join; functions cannot go to a worker. */
export interface WebJoinOptions extends Omit<JoinOptions, 'constraint'> {}

/** Options of reading a prompt alone; functions cannot go to a worker. */
export interface WebPrefillOptions extends Omit<PrefillOptions, 'onProgress'> {}

/** @throws TypeError for an option that is a function, which its type does not allow. */
export function refuseFunctions(options: object): void {
  for (const [name, value] of Object.entries(options)) {
    if (typeof value !== 'function') continue;
    throw new TypeError(
      `${name} is a function, and functions cannot go to the worker in which the model runs: leave it out, or use createDecoder of @beltline/decoder in a worker of your own`,
    );
  }
}
