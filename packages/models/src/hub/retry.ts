import { setTimeout as sleep } from 'node:timers/promises';
import { ModelsError } from '../folder/models-error.ts';
import { TemporaryFailure } from './hub-error.ts';

/** How long to try again. Times are in ms. */
export interface RetryPolicy {
  /** Failures in a row, without a byte received between them, that are forgiven. */
  readonly attempts: number;
  /** Wait after the first failure; it doubles with each further one. */
  readonly firstWait: number;
  /** The hub's own wish is followed up to here. */
  readonly longestWait: number;
  /** Silence for so long counts as a failure. */
  readonly silence: number;
}

export const DEFAULT_RETRY: RetryPolicy = {
  attempts: 5,
  firstWait: 500,
  longestWait: 5 * 60_000,
  silence: 30_000,
};

export interface Retry {
  /** Waits, and returns when it is time to try again; throws when it is not worth it. */
  failed(error: unknown): Promise<void>;
  /** Says that something was received. */
  succeeded(): void;
}

/** `describe` is what was to be done, for the error; `onWait` hears of each wait. */
export function createRetry(
  policy: RetryPolicy,
  {
    what,
    signal,
    onWait,
  }: {
    readonly what: string;
    readonly signal: AbortSignal | undefined;
    readonly onWait: (message: string) => void;
  },
): Retry {
  let failures = 0;
  return {
    succeeded() {
      failures = 0;
    },
    async failed(error) {
      signal?.throwIfAborted();
      if (!(error instanceof TemporaryFailure)) throw error;
      const wait = error.wait ?? policy.firstWait * 2 ** failures;
      failures += 1;
      if (failures > policy.attempts || wait > policy.longestWait) throw lastError(error, what, wait);
      onWait(`${error.message}; trying again in ${seconds(wait)}`);
      await sleep(wait, undefined, { ...(signal && { signal }) }).catch((cause) => {
        signal?.throwIfAborted();
        throw cause;
      });
    },
  };
}

function lastError(failure: TemporaryFailure, what: string, wait: number): ModelsError {
  const advice = {
    NETWORK: 'check the network, HF_ENDPOINT and proxies; what has arrived is kept for the next try',
    RATE_LIMITED: `try again in ${seconds(wait)}; with a token in HF_TOKEN the hub allows more`,
    HUB_FAILED: 'try again later; what has arrived is kept',
  }[failure.code];
  return new ModelsError(failure.code, what, `cannot get ${what}: ${failure.message}; ${advice}`, {
    cause: failure,
  });
}

function seconds(milliseconds: number): string {
  return `${Math.round(milliseconds / 100) / 10} s`;
}
