import { PassThrough } from 'node:stream';
import type { Decoder, GenerateOptions, LoadOptions } from '@beltline/node';
import type { Environment } from '../src/environment.ts';
import { runProgram } from '../src/program.ts';
import { createFakeDecoder, documents, parallelEvents, sequentialEvents } from './fake-decoder.ts';
import { createInput, RecordedOutput } from './streams.ts';

/** What a fake decoder tells, in either mode. */
export const eventsOf = ({ mode }: GenerateOptions) =>
  mode === 'sequential' ? sequentialEvents(documents) : parallelEvents(documents);

export interface Setup {
  readonly stdin?: string | Uint8Array;
  /** Leaves the standard input open. */
  readonly waits?: boolean;
  readonly env?: Record<string, string>;
  readonly decoder?: Decoder;
  readonly signal?: AbortSignal;
  readonly loadDecoder?: Environment['loadDecoder'];
}

/** Runs a command line against a fake decoder and tells what came of it. */
export async function run(args: readonly string[], setup: Setup = {}) {
  const stdout = new RecordedOutput();
  const stderr = new RecordedOutput();
  const loaded: { model: string | undefined; options: LoadOptions }[] = [];
  const decoder = setup.decoder ?? createFakeDecoder(eventsOf);
  const exitCode = await runProgram(args, {
    stdin: setup.waits ? new PassThrough() : createInput(setup.stdin),
    stdout,
    stderr,
    env: setup.env ?? {},
    signal: setup.signal ?? new AbortController().signal,
    loadDecoder:
      setup.loadDecoder ??
      (async (model, options) => {
        loaded.push({ model, options });
        return decoder;
      }),
  });
  return { exitCode, stdout: stdout.text, stderr: stderr.text, loaded };
}
