import { type PullEvent, pullModel } from '@beltline/models';
import type { Environment } from '../environment.ts';
import { findHubSource } from './find-models.ts';
import type { PullOptions } from './models-commands.ts';
import { createPullProgress } from './pull-progress.ts';

/** Downloads a model of the hub, and writes the absolute path of its folder. */
export async function pullCommand(
  model: string,
  options: PullOptions,
  environment: Environment,
): Promise<void> {
  const { stdout, env, signal } = environment;
  const source = await findHubSource(model, 'pulled', signal);
  const write = (event: PullEvent) => stdout.write(`${JSON.stringify(event)}\n`);
  const progress = options.json || options.quiet ? undefined : createPullProgress(environment);
  try {
    const { folder, files } = await pullModel(source, {
      signal,
      environment: env,
      ...(options.precision && { precision: options.precision }),
      ...(options.wide && { toBuild: true }),
      verify: options.verify ?? false,
      onProgress: options.json ? write : (event) => progress?.event(event),
    });
    progress?.close();
    if (!options.json) stdout.write(`${source.path === undefined ? folder : (files[0] ?? folder)}\n`);
  } finally {
    progress?.close();
  }
}
