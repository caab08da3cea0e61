import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createMarkerScanner } from '../src/index.ts';
import { cutsOf } from './splits.ts';

type Piece = { text: string } | { marker: string };

/** All text and markers of a text fed in pieces; a marker's rest is scanned again. */
function scan(markers: string[], pieces: string[]): Piece[] {
  const scanner = createMarkerScanner(markers);
  const found: Piece[] = [];
  let text = '';
  for (const piece of pieces) {
    let rest: string | undefined = piece;
    while (rest !== undefined) {
      const result = scanner.push(rest);
      text += result.text;
      if (result.marker !== undefined) {
        found.push({ text }, { marker: result.marker });
        text = '';
      }
      rest = result.rest;
    }
  }
  return [...found, { text: text + scanner.flush() }];
}

/** The same by brute force: of all occurrences the one that ends first, then the longest. */
function scanWhole(markers: string[], text: string): Piece[] {
  const hits = markers
    .map((marker) => ({ marker, start: text.indexOf(marker) }))
    .filter(({ start }) => start >= 0)
    .sort((a, b) => a.start + a.marker.length - b.start - b.marker.length || a.start - b.start);
  const hit = hits[0];
  if (hit === undefined) return [{ text }];
  const rest = text.slice(hit.start + hit.marker.length);
  return [{ text: text.slice(0, hit.start) }, { marker: hit.marker }, ...scanWhole(markers, rest)];
}

describe('createMarkerScanner', () => {
  it('finds what indexOf finds on the whole text, however the text is cut', () => {
    const few = fc.string({ unit: fc.constantFrom('a', 'b', '#'), minLength: 1, maxLength: 5 });
    fc.assert(
      fc.property(
        fc.array(few, { maxLength: 4 }),
        fc.array(fc.string({ unit: fc.constantFrom('a', 'b', '#'), maxLength: 9 })),
        (markers, pieces) => {
          expect(scan(markers, pieces)).toEqual(scanWhole(markers, pieces.join('')));
        },
      ),
      { seed: 1, numRuns: 2000 },
    );
  });

  it('gives the same at every two-way split and in single characters', () => {
    const text = 'one ###two ####three ......\n\n####%%%% ##';
    const markers = ['####', '......', '%%%%'];
    for (const cut of cutsOf(text)) expect(scan(markers, cut)).toEqual(scanWhole(markers, text));
  });

  it('holds back only what may still become a marker', () => {
    const scanner = createMarkerScanner(['####', 'stop']);
    expect(scanner.push('go ##')).toEqual({ text: 'go ' });
    expect(scanner.push('# st')).toEqual({ text: '### ' });
    expect(scanner.push('ar')).toEqual({ text: 'star' });
    expect(scanner.push('s')).toEqual({ text: '' });
    expect(scanner.flush()).toBe('s');
    expect(scanner.push('top')).toEqual({ text: 'top' });
  });

  it('reports a marker with its last character, without waiting for a longer one', () => {
    const scanner = createMarkerScanner(['##', '####']);
    expect(scanner.push('a##')).toEqual({ text: 'a', marker: '##', rest: '' });
  });

  it('passes everything through when there are no markers', () => {
    expect(createMarkerScanner([]).push('####')).toEqual({ text: '####' });
  });

  it('takes a hundred thousand near misses in little time', () => {
    const scanner = createMarkerScanner([`${'#'.repeat(500)}!`]);
    let emitted = 0;
    for (let index = 0; index < 100; index += 1) emitted += scanner.push('#'.repeat(1000)).text.length;
    expect(emitted).toBe(100_000 - 500);
  });

  it('refuses an empty marker', () => {
    expect(() => createMarkerScanner(['####', ''])).toThrow(RangeError);
  });
});
