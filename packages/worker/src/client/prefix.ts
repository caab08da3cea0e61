import type { PrefillOptions, Prefix, Prompt } from '@beltline/decoder';
import type { PrefixProgress } from '../messages.ts';
import type { JobOpener } from './worker-client.ts';

/** Lets the worker read a prompt and hold it. */
export async function holdPrefix(
  client: JobOpener,
  prompt: Prompt,
  { signal, onProgress, ...options }: PrefillOptions = {},
): Promise<Prefix> {
  signal?.throwIfAborted();
  const job = client.open({ kind: 'prefix', prompt, options });
  try {
    let tokens = 0;
    for await (const value of job.read<PrefixProgress | number>({ of: 'results' }, signal)) {
      if (typeof value === 'number') tokens = value;
      else onProgress?.(value);
    }
    return { tokens, dispose: () => job.close() };
  } catch (error) {
    job.close();
    throw error;
  }
}
