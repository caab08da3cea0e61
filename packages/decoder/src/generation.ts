import { DecoderError } from './errors.ts';
import type { DecodeEvent, GenerationResult } from './events.ts';

/**
 * An answer while it is decoded: iterate it for events, or just ask for the result.
 *
 * Decoding goes on only as events are read, so a slow reader is never flooded. Leaving the loop early
 * stops the decoding and frees its cache.
 */
export interface Generation extends AsyncIterable<DecodeEvent> {
  /** Ends one branch before its next token; it keeps what it has, with the finish reason `cancelled`. */
  cancelBranch(branch: number): void;
  /** Resolves with the finished generation; decodes it now if nobody reads the events. */
  result(): Promise<GenerationResult>;
}

/**
 * @param start begins the decoding; its last event is `finish`.
 * @param cancelled receives the branches that are to end.
 */
export function createGeneration(
  start: () => AsyncGenerator<DecodeEvent>,
  cancelled: Set<number>,
): Generation {
  let resolve!: (result: GenerationResult) => void;
  let reject!: (reason: unknown) => void;
  const promise = new Promise<GenerationResult>((...settle) => {
    [resolve, reject] = settle;
  });
  // Whoever reads the events sees a failure there; it must not count as unhandled here too.
  promise.catch(() => {});
  let started = false;

  async function* read(): AsyncGenerator<DecodeEvent> {
    try {
      for await (const event of start()) {
        if (event.type === 'finish') resolve(event.result);
        yield event;
      }
    } catch (error) {
      reject(error);
      throw error;
    }
  }

  return {
    [Symbol.asyncIterator]() {
      if (started) throw new TypeError('the events of a generation can be read once');
      started = true;
      const events = read();
      return {
        next: () => events.next(),
        async return() {
          reject(
            new DecoderError('STOPPED_EARLY', 'the events were not read to their end: there is no result'),
          );
          return events.return(undefined);
        },
      };
    },
    cancelBranch(branch) {
      cancelled.add(branch);
    },
    async result() {
      if (!started) for await (const _ of this);
      return promise;
    },
  };
}
