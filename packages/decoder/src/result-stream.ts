import { DecoderError } from './errors.ts';
import type { FinishEvent, StageEvent } from './events.ts';

/**
 * Events and, at their end, a result: iterate it for the events, once, or just ask for the result.
 *
 * Decoding goes on only as events are read, so a slow reader is never flooded. Leaving the loop early
 * stops the decoding and frees its cache.
 */
export interface ResultStream<Result> extends AsyncIterable<StageEvent | FinishEvent<Result>> {
  /**
   * Resolves with the result; decodes it now if nobody has begun to read the events. Whoever has, reads them to their end or
   * leaves the loop: until then there is no result.
   */
  result(): Promise<Result>;
}

/** @param start begins the decoding; its last event is `finish`. */
export function createResultStream<Result>(
  start: () => AsyncGenerator<StageEvent | FinishEvent<Result>>,
): ResultStream<Result> {
  let resolve!: (result: Result) => void;
  let reject!: (reason: unknown) => void;
  const promise = new Promise<Result>((...settle) => {
    [resolve, reject] = settle;
  });
  // Whoever reads the events sees a failure there; it must not count as unhandled here too.
  promise.catch(() => {});
  let started = false;

  async function* read(): AsyncGenerator<StageEvent | FinishEvent<Result>> {
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

  const stream: ResultStream<Result> = {
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
    async result() {
      if (!started) for await (const _ of stream);
      return promise;
    },
  };
  return stream;
}
