import {
  createOutlineParser,
  nestedOutlineStart,
  nextOutlinePlace,
  type OutlinePlace,
  outlineStart,
} from '@beltline/format';
import fc from 'fast-check';
import { expect, test } from 'vitest';

/** The phases of the automaton that are one state of the parser. */
const parserState = {
  start: 'preamble',
  preamble: 'preamble',
  opened: 'title',
  title: 'title',
  closed: 'ellipsis',
  gap: 'gap',
  ended: 'ended',
  broken: 'malformed',
} as const;

function placeAfter(text: string): OutlinePlace {
  return [...text].reduce(nextOutlinePlace, outlineStart);
}

test.each([1, 2, 3])(
  'the automaton stands where the parser stands, after every character (depth %d)',
  (depth) => {
    const piece = fc.constantFrom(
      '#',
      '##',
      '####',
      '%',
      '%%%%',
      '.',
      '......',
      ':',
      '\n',
      '\r',
      ' ',
      'a',
      'é',
      '>',
      '>####',
      '>>####',
    );
    const states = new Set<string>();
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 14 }), (pieces) => {
        const text = `x${pieces.join('')}`;
        const parser = createOutlineParser({ depth });
        let place = depth === 1 ? outlineStart : nestedOutlineStart(depth);
        for (const character of text) {
          const blank = parser
            .push(character)
            .some((event) => 'code' in event && event.code === 'empty-title');
          // What a title says is no matter of the grammar.
          if (blank) return;
          place = nextOutlinePlace(place, character);
          expect([text, parserState[place.phase]]).toEqual([text, parser.state]);
          states.add(parser.state);
        }
      }),
      { seed: 2503, numRuns: 5000 },
    );
    expect([...states].sort()).toEqual(['ellipsis', 'ended', 'gap', 'malformed', 'preamble', 'title']);
  },
);

test('no marker may begin an answer', () => {
  expect(placeAfter('####').phase).toBe('broken');
  expect(placeAfter('%%%%').phase).toBe('broken');
  expect(placeAfter('###')).toMatchObject({ phase: 'start', run: '###' });
  expect(placeAfter('###%').phase).toBe('preamble');
  expect(placeAfter(' ####').phase).toBe('broken');
  expect(placeAfter('\n####')).toMatchObject({ phase: 'opened', run: '' });
});

test('places are few and shared, so that they can be keys', () => {
  const places = new Set<OutlinePlace>();
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom(...'#%.:\n ab') }), (text) => {
      places.add(placeAfter(text));
    }),
    { seed: 1, numRuns: 5000 },
  );
  expect(places.size).toBeLessThan(40);
  expect(placeAfter('so ####a')).toBe(placeAfter('well, ####bc'));
});
