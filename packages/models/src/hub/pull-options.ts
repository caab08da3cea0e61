import type { ModelPrecision } from '../folder/precision.ts';
import type { Environment } from './hub-settings.ts';
import type { PullEvent, PullNotice } from './pull-event.ts';
import type { RetryPolicy } from './retry.ts';

export interface PullOptions {
  /** Which weights to fetch where there are several, and what a graph will be built in; without it the smallest good ones. */
  readonly precision?: ModelPrecision;
  /** Whether only weights count that a graph is built from, a checkpoint or a GGUF file. Default false. */
  readonly toBuild?: boolean;
  /** Reads all files again that are in the cache, whether they seem to have changed or not. Default false. */
  readonly verify?: boolean;
  /** Stops the download; what has arrived is kept, and the next call goes on from there. */
  readonly signal?: AbortSignal;
  readonly onProgress?: (event: PullEvent) => void;
  /** Variables such as `HF_TOKEN`; default those of the process. */
  readonly environment?: Environment;
  /** For proxies and tests; default the global one. */
  readonly fetch?: typeof fetch;
  /** Times in ms, for tests. */
  readonly retry?: RetryPolicy;
}

export function notify({ onProgress }: PullOptions, file: string, notice: PullNotice, message: string): void {
  onProgress?.({ type: 'pull-notice', file, notice, message });
}
