import type { FinishEvent, ResultStream, StageEvent } from '@beltline/decoder';

/**
 * Events and, at their end, a result, as the decoder's: who speaks with a worker need not load the decoder.
 *
 * @param start begins the reading; its last event is `finish`.
 * @param stoppedEarly makes the error of a result that will not come.
 */
export function createResultStream<Result>(
  start: () => AsyncIterable<StageEvent | FinishEvent<Result>>,
  stoppedEarly: (message: string) => Error,
): ResultStream<Result> {
  let resolve!: (result: Result) => void;
  let reject!: (reason: unknown) => void;
  const promise = new Promise<Result>((...settle) => {
    [resolve, reject] = settle;
  });
  // Whoever reads the events sees a failure there; it must not count as unhandled here too.
  promise.catch(() => {});
  let started = false;

  async function* read(): AsyncGenerator<StageEvent | FinishEvent<Result>, void> {
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
        // A generator that has not begun would skip its own `finally`.
        async return() {
          reject(stoppedEarly('the events were not read to their end, so there is no result'));
          return events.return();
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
