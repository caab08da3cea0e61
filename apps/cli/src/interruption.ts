import { CliError } from './errors.ts';

/**
 * Turns Ctrl-C, SIGTERM and a closed output into an abort.
 *
 * Each signal is caught once: the second one ends the process the usual way, whatever it is doing.
 */
export function createInterruption(process: NodeJS.Process): AbortSignal {
  const controller = new AbortController();
  process.once('SIGINT', () => controller.abort(new CliError('INTERRUPTED', 'interrupted')));
  process.once('SIGTERM', () => controller.abort(new CliError('TERMINATED', 'terminated')));
  const onOutputError = (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
    controller.abort(new CliError('OUTPUT_CLOSED', 'the output was closed', { cause: error }));
  };
  process.stdout.on('error', onOutputError);
  process.stderr.on('error', onOutputError);
  return controller.signal;
}
