import type { ForkOptions, Generation, PrefillOptions, Prefix, Prompt } from '@beltline/decoder';
import type { LoadedModel } from '../messages.ts';
import { createFork, type WorkerFork } from './fork.ts';
import { createGeneration } from './generation.ts';
import type { WorkerForkBranch, WorkerGenerateOptions } from './options.ts';
import { holdPrefix } from './prefix.ts';
import type { JobOpener } from './worker-client.ts';

/** Answers prompts with one model that lives in a worker. Several generations at once take turns. */
export interface WorkerDecoder {
  readonly model: LoadedModel;
  /**
   * Starts an answer; nothing runs before its events or its result are asked for.
   *
   * Reading it throws what the decoder throws, with the same name, code and message, the signal's reason when it aborts,
   * and `WORKER_FAILED` or `DISPOSED`.
   *
   * @throws TypeError for a function among the options.
   */
  generate(prompt: Prompt, options?: WorkerGenerateOptions): Generation;
  /**
   * Decodes branches that the program knows beforehand, all at once over one shared prefix; nothing runs before something
   * is read.
   *
   * Reading throws what reading a generation throws. The cache lies in the worker until the join has been read or the fork is
   * disposed.
   *
   * @param prefix as the prompt of an answer, without format instructions.
   * @param branches at least one.
   * @throws TypeError for a function among the options.
   *
   * @example
   * const fork = decoder.fork('Which name is best for a bakery?', names.map((name) => ({ prompt: `${name}:`, stop: ['\n'] })));
   * const verdicts = await fork.results();
   * const { text } = await fork.join('The best name is').result();
   */
  fork(prefix: Prompt, branches: readonly WorkerForkBranch[], options?: ForkOptions): WorkerFork;
  /**
   * Reads a prompt and holds it in the worker, until the prefix is disposed, for all prompts that begin as it does.
   *
   * Rejects with what reading a generation throws, and with what `onProgress` throws.
   */
  prefill(prompt: Prompt, options?: PrefillOptions): Promise<Prefix>;
  /** Ends the worker; what is under way fails with `DISPOSED`. Harmless when repeated. */
  dispose(): Promise<void>;
}

/** The decoder of a worker that has loaded its model. */
export function createWorkerDecoder(
  client: JobOpener,
  { model, dispose }: Pick<WorkerDecoder, 'model' | 'dispose'>,
): WorkerDecoder {
  return {
    model,
    generate: (prompt, options) => createGeneration(client, prompt, options),
    fork: (prefix, branches, options) => createFork(client, prefix, branches, options),
    prefill: (prompt, options) => holdPrefix(client, prompt, options),
    dispose,
  };
}
