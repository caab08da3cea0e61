/**
 * What happens while a model is pulled. Sizes are in bytes; `done` and `total` are of all files together, and `done` goes back
 * where a file has to be fetched again.
 */
export type PullEvent =
  | {
      readonly type: 'pull-start';
      /** `owner/name`. */
      readonly model: string;
      readonly commit: string;
      /** Paths below the repository's root. */
      readonly files: readonly { readonly path: string; readonly size: number }[];
      /** What is in the cache already, verified or not. */
      readonly done: number;
      readonly total: number;
    }
  | { readonly type: 'pull-delta'; readonly file: string; readonly done: number; readonly total: number }
  | {
      readonly type: 'pull-notice';
      readonly file: string;
      readonly notice: PullNotice;
      /** For people. */
      readonly message: string;
    }
  | { readonly type: 'pull-end' /** Absolute path. */; readonly folder: string };

/** `waiting` for another process, `verifying` what is in the cache, and what does not go smoothly. */
export type PullNotice = 'waiting' | 'resuming' | 'retrying' | 'verifying' | 'damaged' | 'offline';
