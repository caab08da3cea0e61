import type { TitleProblemCode } from './title.ts';

/** Bounds of an outline. */
export interface OutlineLimits {
  /** Most titles of one outline; 64 by default. */
  readonly maxTitles?: number;
  /** Longest raw title in UTF-16 units; 200 by default. */
  readonly maxTitleLength?: number;
  /** Depth of the block; 1 by default. */
  readonly depth?: number;
}

/** Why an outline cannot be used. */
export type OutlineProblemCode =
  | TitleProblemCode
  | 'too-many-titles'
  /** The next `####` came before the ellipsis. */
  | 'missing-ellipsis'
  /** Text between the ellipsis and the next `####`. */
  | 'text-after-ellipsis'
  /** The text ended without any `####`. */
  | 'no-block'
  /** The text ended before `####%%%%`. */
  | 'unclosed-outline';

/** A title of an outline. */
export interface OutlineTitle {
  /** Without surrounding white space, for display and comparison. */
  readonly title: string;
  /** As it was written between `####` and the colon. */
  readonly rawTitle: string;
  /** Where its `####` begins, in UTF-16 units of all text pushed. */
  readonly offset: number;
}

/** What became certain; every `offset` counts UTF-16 units of all text pushed since the start. */
export type OutlineEvent =
  | { readonly type: 'preamble-delta'; readonly text: string }
  /** The first `####` begins at `offset`. */
  | { readonly type: 'preamble-end'; readonly offset: number }
  | { readonly type: 'title-start'; readonly index: number; readonly offset: number }
  /** Raw characters of the title. */
  | { readonly type: 'title-delta'; readonly index: number; readonly text: string }
  /** The colon has been read; `after` is what followed it in the same push, and has been read as well. */
  | {
      readonly type: 'title-end';
      readonly index: number;
      readonly title: OutlineTitle;
      readonly after: string;
    }
  /** `####%%%%` has been read; `after` is what followed it in the same push. */
  | { readonly type: 'outline-end'; readonly titles: readonly OutlineTitle[]; readonly after: string }
  /** `offset` is where the `####` of the faulty step begins, or the end of the text if there is none. */
  | { readonly type: 'outline-malformed'; readonly code: OutlineProblemCode; readonly offset: number };

/** Where the parser stands; text pushed after `ended` or `malformed` is ignored. */
export type OutlineState = 'preamble' | 'title' | 'ellipsis' | 'gap' | 'ended' | 'malformed';

/** Reads an outline that arrives in pieces. */
export interface OutlineParser {
  readonly state: OutlineState;
  /** The completed titles. */
  readonly titles: readonly OutlineTitle[];
  /** Where the first `####` begins, once it has been read. */
  readonly preambleEnd: number | undefined;
  push(text: string): OutlineEvent[];
  /** Says that no more text comes: an outline that is not complete is malformed. */
  end(): OutlineEvent[];
}
