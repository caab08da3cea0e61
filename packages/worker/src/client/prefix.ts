import type { Prefix, Prompt } from '@beltline/decoder';
import { refuseFunctions, type WorkerPrefillOptions } from './options.ts';
import type { JobOpener } from './worker-client.ts';

/** Lets the worker read a prompt and hold it. @throws TypeError for a function among the options. */
export async function holdPrefix(
  client: JobOpener,
  prompt: Prompt,
  { signal, ...options }: WorkerPrefillOptions = {},
): Promise<Prefix> {
  refuseFunctions(options);
  signal?.throwIfAborted();
  const job = client.open({ kind: 'prefix', prompt, options });
  try {
    let tokens = 0;
    for await (const held of job.read<number>({ of: 'results' }, signal)) tokens = held;
    return { tokens, dispose: () => job.close() };
  } catch (error) {
    job.close();
    throw error;
  }
}
