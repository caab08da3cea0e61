import type { Decoder, Prefix } from '@beltline/decoder';
import { createMailbox, type Mailbox } from '../mailbox.ts';
import type { JobStart, PrefixProgress, Reading, StreamValue } from '../messages.ts';

/** Something that the worker decodes; it goes on only as it is read. */
export interface Job {
  /** Begins a reading. @throws what the decoder throws at the call. */
  read(reading: Reading): AsyncIterable<StreamValue>;
  cancelBranch(branch: number): void;
  keep(branches: readonly number[]): void;
  /** Stops before the next forward pass and frees the cache. */
  close(): void;
}

/** Begins a job; if its options make no sense, reading it fails. */
export function startJob(decoder: Decoder, start: JobStart): Job {
  try {
    switch (start.kind) {
      case 'generation':
        return startGeneration(decoder, start);
      case 'fork':
        return startFork(decoder, start);
      case 'prefix':
        return startPrefix(decoder, start);
      default:
        return start satisfies never;
    }
  } catch (error) {
    return startFailed(error);
  }
}

function startGeneration(
  decoder: Decoder,
  { prompt, options }: Extract<JobStart, { kind: 'generation' }>,
): Job {
  const stopping = new AbortController();
  const generation = decoder.generate(prompt, { ...options, signal: stopping.signal });
  return {
    read: () => generation,
    cancelBranch: generation.cancelBranch,
    keep() {},
    close: () => stopping.abort(),
  };
}

function startFork(
  decoder: Decoder,
  { prefix, branches, options }: Extract<JobStart, { kind: 'fork' }>,
): Job {
  const stopping = new AbortController();
  const fork = decoder.fork(prefix, branches, { ...options, signal: stopping.signal });
  return {
    read(reading) {
      switch (reading.of) {
        case 'events':
          return fork;
        case 'text':
          return fork.branches[reading.branch]!;
        case 'end':
          return only(fork.branches[reading.branch]!.ended().then(() => undefined));
        case 'results':
          return only(fork.results());
        case 'join':
          return fork.join(reading.prompt, reading.options);
        default:
          return reading satisfies never;
      }
    },
    cancelBranch: (branch) => fork.branches[branch]?.cancel(),
    keep: fork.keep,
    close() {
      stopping.abort();
      fork.dispose();
    },
  };
}

function startPrefix(decoder: Decoder, { prompt, options }: Extract<JobStart, { kind: 'prefix' }>): Job {
  const stopping = new AbortController();
  const values = createMailbox<PrefixProgress | number>();
  let held: Promise<Prefix> | undefined;
  return {
    read() {
      held = decoder.prefill(prompt, { ...options, signal: stopping.signal, onProgress: values.put });
      held.then(({ tokens }) => values.put(tokens), values.fail);
      return untilNumber(values);
    },
    cancelBranch() {},
    keep() {},
    close() {
      stopping.abort();
      // Who reads it is told of a failure.
      held?.then(
        (prefix) => prefix.dispose(),
        () => {},
      );
    },
  };
}

function startFailed(error: unknown): Job {
  return {
    read() {
      throw error;
    },
    cancelBranch() {},
    keep() {},
    close() {},
  };
}

async function* untilNumber<Value>(values: Mailbox<Value | number>): AsyncGenerator<Value | number> {
  let value: Value | number;
  do {
    value = await values.take();
    yield value;
  } while (typeof value !== 'number');
}

async function* only<Value>(value: Promise<Value>): AsyncGenerator<Value> {
  yield await value;
}
