import type { ForkBranch, GenerateOptions, JoinOptions } from '@beltline/decoder';

/** Options of one generation; functions cannot go to a worker. */
export interface WorkerGenerateOptions extends Omit<GenerateOptions, 'outlineConstraint'> {
  readonly outlineConstraint?: 'grammar' | 'reference';
}

/** One branch of a fork; functions cannot go to a worker. */
export interface WorkerForkBranch extends Omit<ForkBranch, 'constraint'> {}

/** Options of a join; functions cannot go to a worker. */
export interface WorkerJoinOptions extends Omit<JoinOptions, 'constraint'> {}

/** @throws TypeError for an option that is a function, which its type does not allow. */
export function refuseFunctions(options: object): void {
  for (const [name, value] of Object.entries(options)) {
    if (typeof value !== 'function') continue;
    throw new TypeError(
      `${name} is a function, and functions cannot go to the worker in which the model runs: leave it out, or decode in the thread that has the function (createDecoder of @beltline/decoder)`,
    );
  }
}
