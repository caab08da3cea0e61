import type {
  Continuation,
  FinishEvent,
  Fork,
  ForkOptions,
  ForkResult,
  JoinResult,
  Prompt,
  ResultStream,
  StageEvent,
} from '@beltline/decoder';
import type { Reading, StreamValue } from '../messages.ts';
import { refuseFunctions, type WorkerForkBranch, type WorkerJoinOptions } from './options.ts';
import { createResultStream } from './result-stream.ts';
import type { JobOpener } from './worker-client.ts';

/**
 * A fork as the decoder's; it and its cache live in the worker. Once disposed, nothing of it can be read. Until then, joined or not,
 * the worker keeps what its branches wrote.
 */
export interface WorkerFork extends Omit<Fork, 'join'> {
  /**
   * Goes on after all branches that are kept, in their order, with a prompt of its own; they end first. Once per fork.
   *
   * @throws TypeError for a function among the options, or if it was joined before; what else makes no sense fails when it is read.
   */
  join(prompt: Continuation, options?: WorkerJoinOptions): ResultStream<JoinResult>;
}

/** A fork in the worker. @throws TypeError for a function among the options. */
export function createFork(
  client: JobOpener,
  prefix: Prompt,
  branches: readonly WorkerForkBranch[],
  { signal, ...options }: ForkOptions = {},
): WorkerFork {
  for (const given of [options, ...branches]) refuseFunctions(given);
  const job = client.open({ kind: 'fork', prefix, branches, options });
  const closing = closeWith(signal, () => job.close());
  let kept = branches.map((_, branch) => branch);
  let joined = false;

  const read = <Value extends StreamValue>(reading: Reading) => job.read<Value>(reading, closing.signal);

  return {
    branches: branches.map((_, branch) => ({
      [Symbol.asyncIterator]: () => read<string>({ of: 'text', branch }),
      cancel: () => job.cancelBranch(branch),
      async ended() {
        for await (const _ of read({ of: 'end', branch }));
      },
    })),
    [Symbol.asyncIterator]: () => read<StageEvent>({ of: 'events' }),
    async results() {
      let results: readonly ForkResult[] = [];
      for await (const value of read<readonly ForkResult[]>({ of: 'results' })) results = value;
      return results;
    },
    keep(wanted) {
      kept = requireKept(kept, wanted);
      job.keep(wanted);
    },
    join(prompt, joinOptions = {}) {
      refuseFunctions(joinOptions);
      if (joined) throw new TypeError('a fork can be joined once: fork again for another conclusion');
      joined = true;
      return createResultStream<JoinResult>(
        () => read<StageEvent | FinishEvent<JoinResult>>({ of: 'join', prompt, options: joinOptions }),
        client.stoppedEarly,
      );
    },
    dispose() {
      closing.abort(client.stoppedEarly('the fork was disposed'));
    },
  };
}

/** Aborted by the signal or by hand; `close` is called then, once. */
function closeWith(signal: AbortSignal | undefined, close: () => void): AbortController {
  const closing = new AbortController();
  const abort = () => closing.abort(signal!.reason);
  closing.signal.addEventListener('abort', () => {
    signal?.removeEventListener('abort', abort);
    close();
  });
  if (signal?.aborted) abort();
  else signal?.addEventListener('abort', abort);
  return closing;
}

/** Those of the branches that are wanted. @throws RangeError for one that is not there, and for none. */
function requireKept(branches: readonly number[], wanted: readonly number[]): number[] {
  if (wanted.length === 0) throw new RangeError('at least one branch must be kept');
  for (const branch of wanted) {
    if (branches.includes(branch)) continue;
    throw new RangeError(`only branches that are there can be kept (${branches.join(', ')}), got ${branch}`);
  }
  return branches.filter((branch) => wanted.includes(branch));
}
