import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type AnswerDocument,
  type AnswerEvent,
  type AnswerProblem,
  createAnswerParser,
  formatAnswer,
  parseAnswer,
} from '../src/index.ts';
import { cutsOf } from './splits.ts';

const fixture = new URL('../../../fixtures/tiny/expected.jsonl', import.meta.url);
const expectedAnswers: {
  sequentialText: string;
  parallelText: string;
  parallelOk: boolean;
  titles: string[];
}[] = readFileSync(fixture, 'utf8')
  .trim()
  .split('\n')
  .map((line) => JSON.parse(line));

/** Events with neighbouring deltas joined, and problems. */
function read(pieces: string[]): { events: AnswerEvent[]; problems: AnswerProblem[] } {
  const events: AnswerEvent[] = [];
  const problems: AnswerProblem[] = [];
  const parser = createAnswerParser({
    onEvent(event) {
      const last = events.at(-1);
      if ('text' in event && last !== undefined && 'text' in last && last.type === event.type) {
        events[events.length - 1] = { ...event, text: last.text + event.text };
      } else events.push(event);
    },
    onProblem: (problem) => problems.push(problem),
  });
  for (const piece of pieces) parser.feed(piece);
  parser.end();
  return { events, problems };
}

/** The input, put together from the events. */
function written(events: AnswerEvent[]): string {
  const parts = events.map((event) => {
    if (event.type === 'step-start') return `####${event.rawTitle}:`;
    if (event.type === 'block-end') return event.closed ? '####%%%%' : '';
    return 'text' in event ? event.text : '';
  });
  return parts.join('');
}

const twoBlocks = 'See.\n\n####a: one\n\n#### b : two\n\n####%%%%\nSo.\n####c:3####%%%%End ##';

/** Text that no parser likes, and what is told about it. */
const faulty: [string, AnswerProblem[]][] = [
  ['####a: one\n\n####b: two', [{ code: 'unclosed-block', offset: 0 }]],
  ['Well ####no title here\nand on', [{ code: 'newline-in-title', offset: 5 }]],
  ['####a: x\n#### %%%%\n####%%%%', [{ code: 'marker-in-title', offset: 9 }]],
  ['########a: x####%%%%', [{ code: 'marker-in-title', offset: 0 }]],
  ['####: x', [{ code: 'empty-title', offset: 0 }]],
  [`####${'x'.repeat(198)}##%:####%%%%`, [{ code: 'title-too-long', offset: 0 }]],
  ['one ####two', [{ code: 'unfinished-title', offset: 4 }]],
  [
    '####a: one\n\n####b',
    [
      { code: 'unfinished-title', offset: 12 },
      { code: 'unclosed-block', offset: 0 },
    ],
  ],
];

describe('createAnswerParser', () => {
  it('tells text, steps and blocks in order', () => {
    expect(read([twoBlocks])).toEqual({
      events: [
        { type: 'text-delta', text: 'See.\n\n' },
        { type: 'block-start', index: 0 },
        { type: 'step-start', index: 0, title: 'a', rawTitle: 'a' },
        { type: 'step-delta', index: 0, text: ' one\n\n' },
        { type: 'step-end', index: 0 },
        { type: 'step-start', index: 1, title: 'b', rawTitle: ' b ' },
        { type: 'step-delta', index: 1, text: ' two\n\n' },
        { type: 'step-end', index: 1 },
        { type: 'block-end', index: 0, closed: true },
        { type: 'text-delta', text: '\nSo.\n' },
        { type: 'block-start', index: 1 },
        { type: 'step-start', index: 0, title: 'c', rawTitle: 'c' },
        { type: 'step-delta', index: 0, text: '3' },
        { type: 'step-end', index: 0 },
        { type: 'block-end', index: 1, closed: true },
        { type: 'text-delta', text: 'End ##' },
      ],
      problems: [],
    });
  });

  it('gives the same at every two-way split and in single characters', () => {
    const answers = expectedAnswers.flatMap(({ sequentialText, parallelText }) => [
      sequentialText,
      parallelText,
    ]);
    // Runaway answers repeat themselves: their first part tells as much.
    const texts = [...new Set(answers)].map((text) => text.slice(0, 800));
    for (const text of [twoBlocks, ...texts, ...faulty.map(([bad]) => bad)]) {
      const whole = read([text]);
      expect(written(whole.events)).toBe(text);
      for (const cut of cutsOf(text)) expect(read(cut)).toEqual(whole);
    }
  });

  it.each(faulty)('tells what is wrong with %j', (text, problems) => {
    expect(read([text]).problems).toEqual(problems);
  });

  it('streams a body as it comes and holds back only a possible marker', () => {
    const events: AnswerEvent[] = [];
    const parser = createAnswerParser({ onEvent: (event) => events.push(event) });
    parser.feed('####a: one #');
    parser.feed('2 ##');
    expect(events.slice(2)).toEqual([
      { type: 'step-delta', index: 0, text: ' one ' },
      { type: 'step-delta', index: 0, text: '#2 ' },
    ]);
  });

  it('is ready for another answer after end and after reset', () => {
    const events: AnswerEvent[] = [];
    const parser = createAnswerParser({ onEvent: (event) => events.push(event) });
    parser.feed('####a: on');
    parser.end();
    parser.feed('#');
    parser.reset();
    events.length = 0;
    parser.feed('##x');
    parser.end();
    expect(events).toEqual([{ type: 'text-delta', text: '##x' }]);
  });
});

const section = fc.oneof(
  fc.record({
    type: fc.constant('text' as const),
    text: fc.constantFrom('Let us see.\n\n', '\nDone: yes.', '%%%%.'),
  }),
  fc.record({
    type: fc.constant('block' as const),
    closed: fc.constant(true),
    steps: fc.array(
      fc
        .record({
          rawTitle: fc.constantFrom('a', ' b', 'long title ', '标题', '#h', '..%'),
          body: fc.constantFrom(' one.\n\n', '', ' a: b\n%%%% ......\n', '###\n'),
        })
        .map((step) => ({ ...step, title: step.rawTitle.trim() })),
      { maxLength: 4 },
    ),
  }),
);
const documents = fc
  .array(section, { maxLength: 6 })
  // Two texts in a row are one text when read back.
  .filter((all) => all.every(({ type }, index) => type === 'block' || all[index - 1]?.type !== 'text'))
  .map((sections): AnswerDocument => ({ sections, problems: [] }));

describe('parseAnswer and formatAnswer', () => {
  it('read back every document that was written', () => {
    fc.assert(
      fc.property(documents, (document) => {
        expect(parseAnswer(formatAnswer(document))).toEqual(document);
      }),
      { seed: 3, numRuns: 1000 },
    );
  });

  it('give back any text exactly, junk too', () => {
    const unit = fc.constantFrom('####', '%%%%', '......', ':', '\n', 'a', ' ', '#', '题', 'x'.repeat(199));
    fc.assert(
      fc.property(fc.array(fc.string({ unit, maxLength: 6 }), { maxLength: 12 }), (pieces) => {
        const text = pieces.join('');
        expect(formatAnswer(parseAnswer(text))).toBe(text);
        expect(read(pieces)).toEqual(read([text]));
      }),
      { seed: 4, numRuns: 2000 },
    );
  });

  it('read the titles of the embedded model’s answers', () => {
    for (const { parallelText, titles } of expectedAnswers.filter(({ parallelOk }) => parallelOk)) {
      const blocks = parseAnswer(parallelText).sections.filter((part) => part.type === 'block');
      expect(blocks[0]?.steps.map(({ title }) => title)).toEqual(titles);
    }
  });

  it('refuse to write a title that could not be read back', () => {
    for (const rawTitle of ['', 'a:b', 'a\nb', 'x####', 'y'.repeat(201)]) {
      const steps = [{ title: rawTitle, rawTitle, body: '' }];
      expect(() => formatAnswer({ sections: [{ type: 'block', steps, closed: true }] })).toThrow(RangeError);
    }
  });
});
