import {
  embeddedFolder,
  findCachedModel,
  findSource,
  formatHubSource,
  type HubSource,
  removeCachedModel,
} from '@beltline/models';
import type { Environment } from '../environment.ts';
import { CliError } from '../errors.ts';
import { formatSize } from '../table.ts';

/** Writes the absolute path of a model's folder or GGUF file. */
export async function writeModelPath(model: string, { stdout, env, signal }: Environment): Promise<void> {
  const source = await findSource(model, { signal });
  switch (source.kind) {
    case 'embedded':
      stdout.write(`${embeddedFolder(source.name)}\n`);
      break;
    case 'path':
      stdout.write(`${source.path}\n`);
      break;
    case 'hub':
      stdout.write(`${await findCachedModel(source, env)}\n`);
      break;
    default:
      source satisfies never;
  }
}

/** Removes a model of the hub from the cache: all of it, or the revision that is named. */
export async function removeModel(model: string, { stdout, env, signal }: Environment): Promise<void> {
  const source = await findHubSource(model, 'removed', signal);
  if (source.path !== undefined) {
    throw new CliError('USAGE', `name the model, "${source.repository}", without "${source.path}"`);
  }
  const namesRevision = model.includes('@');
  const bytes = await removeCachedModel(source, {
    revisions: namesRevision ? 'one' : 'all',
    environment: env,
  });
  stdout.write(`Removed ${formatHubSource(source)}: ${formatSize(bytes)} are free again\n`);
}

/** The source of a model of the hub; others cannot be `what`. */
export async function findHubSource(model: string, what: string, signal: AbortSignal): Promise<HubSource> {
  const source = await findSource(model, { signal });
  if (source.kind === 'hub') return source;
  const reason = source.kind === 'embedded' ? 'comes with Beltline' : 'is a local file or folder';
  throw new CliError('USAGE', `"${model}" ${reason}: only models of the hub, owner/name, can be ${what}`);
}
