import { inspectModel } from '@beltline/node';
import type { Environment } from '../environment.ts';
import { sizeOf } from '../render/live-screen.ts';
import { createStyle, hasColors } from '../render/style.ts';
import { formatSize } from '../table.ts';
import { drawReport } from './draw-report.ts';
import type { InspectOptions } from './inspect-command.ts';

/**
 * Writes what a model is to the standard output.
 *
 * @throws what `inspectModel` throws; a model that cannot be decoded in parallel is a report like any other.
 */
export async function inspect(
  model: string | undefined,
  { precision, json, color }: InspectOptions,
  { stdout, stderr, env, signal }: Environment,
): Promise<void> {
  let announced = false;
  const report = await inspectModel(model, {
    signal,
    ...(precision && { precision }),
    onProgress(progress) {
      if (progress.phase !== 'download' || announced) return;
      announced = true;
      stderr.write(`Downloading ${model}: ${formatSize(progress.total)}\n`);
    },
  });
  if (json) {
    stdout.write(`${JSON.stringify(report)}\n`);
    return;
  }
  const style = createStyle({ colors: hasColors({ stream: stdout, env, wanted: color }) });
  stdout.write(`${drawReport(report, { style, columns: sizeOf(stdout).columns }).join('\n')}\n`);
}
