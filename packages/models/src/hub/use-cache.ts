import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { externalDataOf } from '../folder/choose-weights.ts';
import { formatHubSource, type HubSource } from '../folder/hub-source.ts';
import { ModelsError } from '../folder/models-error.ts';
import { checkBlob } from './blob-store.ts';
import type { HubSettings } from './hub-settings.ts';
import { planFiles } from './plan-files.ts';
import type { PullNotice } from './pull-event.ts';
import { notify, type PullOptions } from './pull-options.ts';
import { type PulledModel, toPulledModel } from './pulled-model.ts';
import type { RepositoryCache } from './repository-cache.ts';

/** Uses what the cache has, if it is all that is needed; `reason` says why the hub is not asked. */
export async function useCache(
  source: HubSource,
  cache: RepositoryCache,
  options: PullOptions,
  reason: ModelsError,
): Promise<PulledModel> {
  const { signal, precision, toBuild, verify = false } = options;
  const commit = await cache.commitOf(source.revision);
  const present = commit === undefined ? [] : await cache.files(commit);
  if (commit === undefined || present.length === 0) throw reason;
  const snapshot = cache.snapshot(commit);
  // Of a download that was not completed there may be a graph without its weights.
  const listed = (await cache.listing(commit)) ?? present;
  const whole = present.filter((path) =>
    externalDataOf(path, listed).every((data) => present.includes(data)),
  );
  const fetchText = async () => {};
  const paths = await planFiles(whole, { source, snapshot, precision, toBuild, signal, fetchText }).catch(
    (cause) => {
      if (!(cause instanceof ModelsError) || !['MISSING_FILE', 'UNSUPPORTED'].includes(cause.code))
        throw cause;
      const message = `${reason.message}; what is in the cache is not enough: ${cause.message}`;
      throw new ModelsError(reason.code, source.repository, message, { cause });
    },
  );
  for (const path of paths) {
    const digest = await cache.digestOf(commit, path);
    if (digest === undefined) continue;
    // Nobody says what the size should be; the digest does.
    const { size } = await stat(join(snapshot, path));
    const onNotice = (notice: PullNotice, message: string) => notify(options, path, notice, message);
    const state = await checkBlob({ path, digest, size }, cache, { verify, signal, onNotice });
    if (state === 'verified') continue;
    const message = `${path} of "${formatHubSource(source)}" is damaged in the cache; ${reason.message}`;
    throw new ModelsError('INTEGRITY', join(snapshot, path), message);
  }
  return toPulledModel(source, snapshot, commit, paths);
}

/** The reason where the network must not be used. */
export function offlineError(source: HubSource, { cacheFolder }: HubSettings): ModelsError {
  const name = formatHubSource(source);
  return new ModelsError(
    'OFFLINE',
    name,
    `"${name}" is not in the cache ${cacheFolder}, and HF_HUB_OFFLINE forbids to fetch it; pull it once without HF_HUB_OFFLINE`,
  );
}
