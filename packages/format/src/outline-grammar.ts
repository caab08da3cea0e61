import { markers, stepMarker } from './markers.ts';

/**
 * Where the text of an outline stands: all that decides what may come next, but for what only its title's text tells
 * (blank, repeated, too long).
 *
 * The same place is always the same object, so that places can be keys of a map. In `start` nothing but the beginning
 * of a marker has been written, in `opened` nothing but that of the end marker since `####`; `closed` is behind a
 * title's colon, `gap` behind the ellipsis.
 */
export interface OutlinePlace {
  readonly phase: OutlinePhase;
  /** The beginning of a marker that the text ends with; may be empty. */
  readonly run: string;
  /** Depth of the block, from 1. */
  readonly depth: number;
}

export type OutlinePhase = 'start' | 'preamble' | 'opened' | 'title' | 'closed' | 'gap' | 'ended' | 'broken';

const places = new Map<string, OutlinePlace>();

/** Where an outline begins. */
export const outlineStart: OutlinePlace = placeAt('start', '', 1);

/** Where the text of a step begins that may hold a block of this depth. */
export function nestedOutlineStart(depth: number): OutlinePlace {
  return placeAt('preamble', '', depth);
}

/**
 * Reads one character and says where the text stands then; the outline's grammar as a finite automaton.
 *
 * The markers are ASCII, so bytes of UTF-8 may be read instead of characters, as long as white space between the ellipsis
 * and the next `####` is ASCII too. It agrees with `createOutlineParser`, and besides takes a text that begins with a
 * marker as broken, as the reference does.
 */
export function nextOutlinePlace({ phase, run, depth }: OutlinePlace, character: string): OutlinePlace {
  const step = stepMarker(depth);
  const place = (phase: OutlinePhase, run: string) => placeAt(phase, run, depth);
  switch (phase) {
    case 'start': {
      // Tokenizers that put a space before every text take it off again.
      if (character === ' ' && run === '') return place('start', '');
      const grown = grow(run, character, [markers.step, markers.end]);
      // A marker's beginning that goes on otherwise is text: no marker can begin the answer any more.
      if (grown.length !== run.length + 1) return nextOutlinePlace(place('preamble', ''), character);
      return grown.length === markers.step.length ? place('broken', '') : place('start', grown);
    }
    case 'preamble': {
      const grown = grow(run, character, [step]);
      return grown === step ? place('opened', '') : place('preamble', grown);
    }
    case 'opened': {
      const grown = grow(run, character, [markers.end]);
      if (grown === markers.end) return place('ended', '');
      return grown === '' ? nextOutlinePlace(place('title', run), character) : place('opened', grown);
    }
    case 'title': {
      if (character === markers.titleEnd) return place('closed', '');
      if (character === '\n' || character === '\r') return place('broken', '');
      const grown = grow(run, character, [markers.step, markers.ellipsis, markers.end]);
      return isMarker(grown) ? place('broken', '') : place('title', grown);
    }
    case 'closed': {
      const grown = grow(run, character, [markers.step, markers.ellipsis]);
      if (grown === markers.step) return place('broken', '');
      return grown === markers.ellipsis ? place('gap', '') : place('closed', grown);
    }
    case 'gap': {
      const grown = grow(run, character, [step]);
      if (grown === step) return place('opened', '');
      const passed = (run + character).slice(0, run.length + 1 - grown.length);
      return passed.trim() !== '' ? place('broken', '') : place('gap', grown);
    }
    case 'ended':
    case 'broken':
      return place(phase, '');
    default:
      return phase satisfies never;
  }
}

function placeAt(phase: OutlinePhase, run: string, depth: number): OutlinePlace {
  const key = `${phase} ${depth} ${run}`;
  const known = places.get(key);
  if (known) return known;
  const added: OutlinePlace = { phase, run, depth };
  places.set(key, added);
  return added;
}

/** The longest beginning of a marker, or a whole one, that `run` and the character end with. */
function grow(run: string, character: string, candidates: readonly string[]): string {
  let text = run + character;
  while (text !== '' && !candidates.some((marker) => marker.startsWith(text))) text = text.slice(1);
  return text;
}

function isMarker(text: string): boolean {
  return text === markers.step || text === markers.ellipsis || text === markers.end;
}
