import type { EventEmitter } from 'node:events';
import { CliError } from './errors.ts';

/** The part of Node's `process` that is watched. */
export type InterruptibleProcess = Pick<EventEmitter, 'once'> &
  Record<'stdout' | 'stderr', Pick<EventEmitter, 'on'>>;

/**
 * Turns Ctrl-C, SIGTERM and an output that cannot be written into an abort.
 *
 * Each signal is caught once: the second one ends the process the usual way, whatever it is doing.
 */
export function createInterruption(process: InterruptibleProcess): AbortSignal {
  const controller = new AbortController();
  process.once('SIGINT', () => controller.abort(new CliError('INTERRUPTED', 'interrupted')));
  process.once('SIGTERM', () => controller.abort(new CliError('TERMINATED', 'terminated')));
  const onOutputError = (error: NodeJS.ErrnoException) => {
    const reason =
      error.code === 'EPIPE'
        ? new CliError('OUTPUT_CLOSED', 'the output was closed', { cause: error })
        : new CliError('OUTPUT_FAILED', `the output cannot be written: ${error.message}`, { cause: error });
    controller.abort(reason);
  };
  process.stdout.on('error', onOutputError);
  process.stderr.on('error', onOutputError);
  return controller.signal;
}
