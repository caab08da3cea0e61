import type { DecodeEvent, Generation, GenerationResult, Prompt } from '@beltline/decoder';
import { refuseFunctions, type WorkerGenerateOptions } from './options.ts';
import { createResultStream } from './result-stream.ts';
import type { Job, JobOpener } from './worker-client.ts';

/** A generation in the worker, as the decoder's. @throws TypeError for a function among the options. */
export function createGeneration(
  client: JobOpener,
  prompt: Prompt,
  { signal, ...options }: WorkerGenerateOptions = {},
): Generation {
  refuseFunctions(options);
  let opened: Job | undefined;
  const open = () => {
    opened ??= client.open({ kind: 'generation', prompt, options });
    return opened;
  };

  async function* read(): AsyncGenerator<DecodeEvent, void> {
    try {
      signal?.throwIfAborted();
      yield* open().read<DecodeEvent>({ of: 'events' }, signal);
    } finally {
      opened?.close();
    }
  }

  return {
    ...createResultStream<GenerationResult>(read, client.stoppedEarly),
    cancelBranch: (branch) => open().cancelBranch(branch),
  };
}
