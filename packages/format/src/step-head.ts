import { createMarkerScanner } from './marker-scanner.ts';
import { markers } from './markers.ts';
import { type TitleProblemCode, titleProblem, titleTerminators } from './title.ts';

/** How the text after `####` turned out. */
export type StepHead =
  | { readonly type: 'title'; readonly rawTitle: string }
  | { readonly type: 'end' }
  | { readonly type: 'malformed'; readonly code: TitleProblemCode; readonly rawTitle: string };

export interface StepHeadProgress {
  /** New characters of the title. */
  readonly delta: string;
  readonly head?: StepHead;
  /** With a head: the text to read next. A malformed title's terminator is part of it. */
  readonly rest?: string;
}

/** Reads what follows `####`: a title up to its colon, or the end marker. Both parsers share it. */
export interface StepHeadReader {
  push(text: string): StepHeadProgress;
  /** Returns the unfinished title, held-back characters included, and starts anew. */
  flush(): string;
}

export function createStepHeadReader(maxTitleLength: number): StepHeadReader {
  const scanner = createMarkerScanner(titleTerminators);
  let rawTitle = '';

  function flush(): string {
    const text = rawTitle + scanner.flush();
    rawTitle = '';
    return text;
  }

  function malformed(delta: string, code: TitleProblemCode, rest: string): StepHeadProgress {
    const head = { type: 'malformed', code, rawTitle } as const;
    rawTitle = '';
    return { delta, head, rest };
  }

  return {
    push(text) {
      const { text: delta, marker, rest = '' } = scanner.push(text);
      rawTitle += delta;
      const excess = rawTitle.slice(maxTitleLength);
      if (excess !== '') {
        // Cut exactly at the limit, so that the pieces the text came in make no difference.
        rawTitle = rawTitle.slice(0, maxTitleLength);
        const unread = excess + scanner.flush() + (marker ?? '') + rest;
        return malformed(delta.slice(0, delta.length - excess.length), 'title-too-long', unread);
      }
      if (marker === undefined) return { delta };
      if (marker === markers.end && rawTitle === '') return { delta, head: { type: 'end' }, rest };
      if (marker === '\n' || marker === '\r') return malformed(delta, 'newline-in-title', marker + rest);
      if (marker !== markers.titleEnd) return malformed(delta, 'marker-in-title', marker + rest);
      const problem = titleProblem(rawTitle, maxTitleLength);
      if (problem !== undefined) return malformed(delta, problem, marker + rest);
      const head = { type: 'title', rawTitle } as const;
      rawTitle = '';
      return { delta, head, rest };
    },
    flush,
  };
}
