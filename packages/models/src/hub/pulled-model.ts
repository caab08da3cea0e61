import { dirname, join } from 'node:path';
import { type HubSource, isGguf } from '../folder/hub-source.ts';

/** A model of the hub that lies in the cache. */
export interface PulledModel {
  readonly commit: string;
  /** Absolute path of the folder with the model's files; with other files too, if they were pulled. */
  readonly folder: string;
  /** Absolute paths of the files that the model needs. */
  readonly files: readonly string[];
}

/** `paths` are those of its files below the snapshot. */
export function toPulledModel(
  { path }: HubSource,
  snapshot: string,
  commit: string,
  paths: readonly string[],
): PulledModel {
  const folder = path === undefined ? snapshot : join(snapshot, isGguf(path) ? dirname(path) : path);
  return { commit, folder, files: paths.map((name) => join(snapshot, name)) };
}
