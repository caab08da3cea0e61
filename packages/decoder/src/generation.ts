import { DecoderError } from './errors.ts';
import type { DecodeEvent, GenerationResult } from './events.ts';

/**
 * An answer while it is decoded: iterate it for events, or just ask for the result.
 *
 * Decoding goes on only as events are read, so a slow reader is never flooded. Leaving the loop early
 * stops the decoding and frees its cache.
 */
export interface Generation extends AsyncIterable<DecodeEvent> {
  /** Resolves with the finished generation; decodes it now if nobody reads the events. */
  result(): Promise<GenerationResult>;
}

export function createGeneration(start: () => AsyncGenerator<DecodeEvent, GenerationResult>): Generation {
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
      resolve(yield* start());
    } catch (error) {
      reject(error);
      throw error;
    } finally {
      reject(
        new DecoderError('STOPPED_EARLY', 'the events were not read to their end, so there is no result'),
      );
    }
  }

  return {
    [Symbol.asyncIterator]() {
      if (started) throw new TypeError('the events of a generation can be read once');
      started = true;
      return read();
    },
    async result() {
      if (!started) for await (const _ of this);
      return promise;
    },
  };
}
