import type { DecodeEvent, Generation, GenerationResult } from '@beltline/decoder';
import { WebError } from './web-error.ts';

/** Branches that are to end, and who is to be told of more. */
export interface Cancellation {
  readonly branches: Set<number>;
  listener?: ((branch: number) => void) | undefined;
}

/** A generation as the decoder's, over events that come from elsewhere. */
export function createGeneration(
  start: (cancellation: Cancellation) => AsyncGenerator<DecodeEvent, GenerationResult>,
): Generation {
  const cancellation: Cancellation = { branches: new Set() };
  let resolve!: (result: GenerationResult) => void;
  let reject!: (reason: unknown) => void;
  const promise = new Promise<GenerationResult>((...settle) => {
    [resolve, reject] = settle;
  });
  // Whoever reads the events sees a failure there; it must not count as unhandled here too.
  promise.catch(() => {});
  let started = false;

  async function* read(): AsyncGenerator<DecodeEvent, void> {
    try {
      resolve(yield* start(cancellation));
    } catch (error) {
      reject(error);
      throw error;
    } finally {
      reject(new WebError('STOPPED_EARLY', 'the events were not read to their end, so there is no result'));
    }
  }

  return {
    [Symbol.asyncIterator]() {
      if (started) throw new TypeError('the events of a generation can be read once');
      started = true;
      return read();
    },
    cancelBranch(branch) {
      cancellation.branches.add(branch);
      cancellation.listener?.(branch);
    },
    async result() {
      if (!started) for await (const _ of this);
      return promise;
    },
  };
}
