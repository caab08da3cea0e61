import type { BuildProgress } from '@beltline/graph';
import type { PullEvent } from '@beltline/models';

/** What loading is at: a model of the hub is downloaded, a graph is built. */
export type LoadProgress =
  | (BuildProgress & { readonly phase: 'build' })
  | {
      readonly phase: 'download';
      /** Path in the repository of what is being downloaded or verified. */
      readonly file: string;
      /** Bytes of all files together. */
      readonly done: number;
      readonly total: number;
      /** What is in the way, for people; undefined while all goes well. */
      readonly notice: string | undefined;
    };

/** Makes one running state of the events of a download. */
export function describePull(onProgress: (progress: LoadProgress) => void): (event: PullEvent) => void {
  let progress = {
    phase: 'download' as const,
    file: '',
    done: 0,
    total: 0,
    notice: undefined as string | undefined,
  };
  return (event) => {
    switch (event.type) {
      case 'pull-start':
        progress = { ...progress, done: event.done, total: event.total, notice: undefined };
        break;
      case 'pull-delta':
        progress = { ...progress, file: event.file, done: event.done, notice: undefined };
        break;
      case 'pull-notice':
        progress = { ...progress, file: event.file, notice: event.message };
        break;
      case 'pull-end':
        return;
      default:
        event satisfies never;
    }
    // Everything was there: nothing to tell.
    if (progress.done < progress.total || progress.notice) onProgress(progress);
  };
}
