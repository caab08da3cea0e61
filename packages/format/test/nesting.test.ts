import fc from 'fast-check';
import { expect, it } from 'vitest';
import {
  createAnswerParser,
  createOutlineParser,
  formatAnswer,
  parseAnswer,
  stepMarker,
} from '../src/index.ts';
import { cutsOf } from './splits.ts';

const inner = ' first\n\n>####bus: cheap\n\n>####train: quick\n\n>####%%%%\nBoth.\n\n';
const nested = `See.\n\n####travel:${inner}####stay: > 2 nights\n\n####%%%%\nGo.`;

it('reads blocks inside of steps where they are asked for', () => {
  const { sections, problems } = parseAnswer(nested, { maxDepth: 2 });
  expect(problems).toEqual([]);
  expect(sections).toEqual([
    { type: 'text', text: 'See.\n\n' },
    {
      type: 'block',
      closed: true,
      steps: [
        {
          title: 'travel',
          rawTitle: 'travel',
          body: inner,
          sections: [
            { type: 'text', text: ' first\n\n' },
            {
              type: 'block',
              closed: true,
              steps: [
                { title: 'bus', rawTitle: 'bus', body: ' cheap\n\n' },
                { title: 'train', rawTitle: 'train', body: ' quick\n\n' },
              ],
            },
            { type: 'text', text: '\nBoth.\n\n' },
          ],
        },
        { title: 'stay', rawTitle: 'stay', body: ' > 2 nights\n\n' },
      ],
    },
    { type: 'text', text: '\nGo.' },
  ]);
});

it('takes the sign as text at depth 1, so that every #### opens a step', () => {
  const [, block] = parseAnswer(nested).sections;
  expect(block).toMatchObject({
    steps: [{ title: 'travel', body: ' first\n\n>' }, { title: 'bus' }, { title: 'train' }],
  });
  const { sections } = parseAnswer('Well.\n>####a: b\n\n####%%%%', { maxDepth: 3 });
  expect(sections[0]).toEqual({ type: 'text', text: 'Well.\n>' });
});

it('takes signs beyond the depth as text', () => {
  const text = '####a: x\n>>####b: y\n>####%%%%\n####%%%%';
  const [block] = parseAnswer(text, { maxDepth: 2 }).sections;
  if (block?.type !== 'block') throw new Error('no block');
  expect(block.steps[0]!.sections).toMatchObject([
    { text: ' x\n>' },
    { steps: [{ title: 'b' }], closed: true },
    {},
  ]);
});

it('says where in the whole text a nested block is at fault', () => {
  const text = 'So.\n\n####a: b\n\n>####c: d\n\n>####no title\n\n####%%%%';
  expect(parseAnswer(text, { maxDepth: 2 }).problems).toEqual([
    { code: 'newline-in-title', offset: text.indexOf('>####no') },
    { code: 'unclosed-block', offset: text.indexOf('>####c') },
  ]);
});

const piece = fc.constantFrom(
  '####',
  '>####',
  '>>####',
  '%%%%',
  '>',
  '#',
  'a',
  ':',
  '\n',
  'title:',
  ' text\n\n',
);
const anyText = fc.array(piece, { maxLength: 16 }).map((pieces) => pieces.join(''));

it('gives back every text, and reads it the same in whatever pieces it comes', () => {
  const read = (pieces: string[]) => {
    const told: unknown[] = [];
    let text = '';
    const parser = createAnswerParser(
      {
        onEvent(event) {
          if ('text' in event) text += event.text;
          else told.push(text, event);
          if (!('text' in event)) text = '';
        },
        onProblem: (problem) => told.push(problem),
      },
      { maxDepth: 2 },
    );
    for (const part of pieces) parser.feed(part);
    parser.end();
    return [...told, text];
  };
  fc.assert(
    fc.property(anyText, fc.integer({ min: 1, max: 3 }), (text, maxDepth) => {
      expect(formatAnswer(parseAnswer(text, { maxDepth }))).toBe(text);
      const whole = read([text]);
      for (const pieces of cutsOf(text)) {
        expect(read(pieces)).toEqual(whole);
      }
    }),
    { seed: 7, numRuns: 400 },
  );
});

it('finds the same steps at every depth, if the sign is put before every marker', () => {
  const plain = '####a: b\n\n####c: d\n\n####%%%%\nSo.\n\n####e: f\n\n####%%%%';
  const deeper = plain.replaceAll('####', stepMarker(3));
  const { sections, problems } = parseAnswer(deeper, { depth: 3, maxDepth: 3 });
  expect({ sections, problems }).toEqual(parseAnswer(plain));
});

it('reads the outline of a nested block, with places in the text', () => {
  const parser = createOutlineParser({ depth: 2 });
  const events = parser.push('Two > one:\n\n>####bus:......\n\n>####%%%%');
  expect(events.filter(({ type }) => type === 'preamble-end' || type === 'outline-end')).toEqual([
    { type: 'preamble-end', offset: 12 },
    { type: 'outline-end', titles: [{ title: 'bus', rawTitle: 'bus', offset: 12 }], after: '' },
  ]);
});
