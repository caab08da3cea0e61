/** What one push made certain. */
export interface ScanResult {
  /** Text that cannot be part of a marker, in order; may be empty. */
  readonly text: string;
  /** The marker that was completed, if any; everything before it has been returned as text. */
  readonly marker?: string;
  /** What followed the marker in this push. It has not been scanned: push it to go on. */
  readonly rest?: string;
}

/** Finds markers in text that arrives in pieces. */
export interface MarkerScanner {
  push(text: string): ScanResult;
  /** Returns what was held back and starts anew. */
  flush(): string;
}

/**
 * Creates a scanner that holds text back only while it may still become a marker.
 *
 * The marker that ends first wins; of several that end together, the longest. So the result depends on the text alone,
 * never on how it was cut, and a marker is reported with its last character. Time is linear in the text; at most the
 * longest marker less one character is held back.
 *
 * @throws RangeError if a marker is empty.
 *
 * @example
 * ```ts
 * const scanner = createMarkerScanner(['####']);
 * scanner.push('one ##'); // { text: 'one ' }
 * scanner.push('##two'); // { text: '', marker: '####', rest: 'two' }
 * ```
 */
export function createMarkerScanner(markers: readonly string[]): MarkerScanner {
  // Longest first, so that the first match at a position is the one to report.
  const automata = [...markers].sort((a, b) => b.length - a.length).map(createAutomaton);
  let held = '';

  function flush(): string {
    const text = held;
    held = '';
    for (const automaton of automata) automaton.matched = 0;
    return text;
  }

  return {
    push(text) {
      const offset = held.length;
      held += text;
      for (let index = offset; index < held.length; index += 1) {
        const found = advanceAll(automata, held[index]!);
        if (found === undefined) continue;
        const all = flush();
        const end = index + 1;
        return { text: all.slice(0, end - found.length), marker: found, rest: all.slice(end) };
      }
      const keep = automata.reduce((longest, { matched }) => Math.max(longest, matched), 0);
      const safe = held.slice(0, held.length - keep);
      held = held.slice(held.length - keep);
      return { text: safe };
    },
    flush,
  };
}

/** Knuth-Morris-Pratt matching of one marker. */
interface Automaton {
  readonly marker: string;
  /** For each matched length less one: the next shorter matched length to try. */
  readonly fallback: readonly number[];
  matched: number;
}

function createAutomaton(marker: string): Automaton {
  if (marker === '') throw new RangeError('expected markers of at least one character, got an empty string');
  const fallback = [0];
  for (let index = 1, matched = 0; index < marker.length; index += 1) {
    while (matched > 0 && marker[index] !== marker[matched]) matched = fallback[matched - 1]!;
    if (marker[index] === marker[matched]) matched += 1;
    fallback.push(matched);
  }
  return { marker, fallback, matched: 0 };
}

/** Feeds one UTF-16 unit to every automaton and returns the longest marker that it completes. */
function advanceAll(automata: readonly Automaton[], unit: string): string | undefined {
  let found: string | undefined;
  for (const automaton of automata) {
    const { marker, fallback } = automaton;
    let { matched } = automaton;
    while (matched > 0 && marker[matched] !== unit) matched = fallback[matched - 1]!;
    if (marker[matched] === unit) matched += 1;
    automaton.matched = matched;
    if (matched === marker.length) found ??= marker;
  }
  return found;
}
