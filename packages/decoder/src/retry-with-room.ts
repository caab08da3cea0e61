import { BackendError, type LanguageModel } from '@beltline/backend';
import type { PrefixCache } from './prefix-cache.ts';

/** The part of a model that a run needs. */
export type RunningModel = Pick<LanguageModel, 'shape' | 'forward'>;

/**
 * Tries a pass that failed once more, after all that is kept has been freed. Runtimes do not tell reliably that memory was
 * short; a failed pass changes nothing, so one that fails for another reason only fails again.
 */
export function retryWithRoom(model: LanguageModel, prefixes: PrefixCache): RunningModel {
  return {
    shape: model.shape,
    async forward(cache, step) {
      try {
        return await model.forward(cache, step);
      } catch (error) {
        const failed = error instanceof BackendError && error.code === 'RUN_FAILED';
        if (!failed || !prefixes.makeRoom()) throw error;
        return model.forward(cache, step);
      }
    },
  };
}
