import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  blockEnd,
  createOutlineParser,
  forcedAfterTitle,
  type OutlineEvent,
  type OutlineLimits,
} from '../src/index.ts';
import { cutsOf } from './splits.ts';

/** Events without what depends on the cut: deltas are joined, `after` is dropped. */
function outline(pieces: string[], limits?: OutlineLimits): object[] {
  const parser = createOutlineParser(limits);
  const events: OutlineEvent[] = [...pieces.flatMap((piece) => parser.push(piece)), ...parser.end()];
  const joined: { type: string; text?: string }[] = [];
  for (const event of events) {
    const last = joined.at(-1);
    if ('text' in event && last?.type === event.type) last.text += event.text;
    else if ('after' in event) joined.push((({ after: _, ...others }) => others)(event));
    else joined.push({ ...event });
  }
  return joined;
}

const preamble = 'Let us consider each aspect.\n\n';
const normal = `${preamble}#### budget:${forcedAfterTitle}时间:${forcedAfterTitle}%%%%`;

const malformed: [string, string][] = [
  ['empty-title', '#### :'],
  ['newline-in-title', `####a:${forcedAfterTitle}b\nmore`],
  ['newline-in-title', '####\r\n'],
  ['marker-in-title', '########a:'],
  ['marker-in-title', '####a####b:'],
  ['marker-in-title', '####a......b:'],
  ['marker-in-title', '####a%%%%'],
  ['marker-in-title', '#### %%%%'],
  ['title-too-long', `####${'x'.repeat(21)}:`],
  ['too-many-titles', ['####a', 'b', 'c', 'd:'].join(`:${forcedAfterTitle}`)],
  ['missing-ellipsis', '####a: a whole body.\n\n####b:'],
  ['text-after-ellipsis', '####a:...... but more\n\n####b:'],
  ['no-block', 'Just ### an answer: plain. ##'],
  ['unclosed-outline', `####a:${forcedAfterTitle}b:......`],
  ['unclosed-outline', '####unfinish'],
];
const limits = { maxTitles: 3, maxTitleLength: 20 };

describe('createOutlineParser', () => {
  it('reports preamble, titles with offsets, and the end of an outline with forced text', () => {
    const budget = { title: 'budget', rawTitle: ' budget', offset: preamble.length };
    const time = { title: '时间', rawTitle: '时间', offset: normal.indexOf('####时间') };
    expect(outline([normal])).toEqual([
      { type: 'preamble-delta', text: preamble },
      { type: 'preamble-end', offset: preamble.length },
      { type: 'title-start', index: 0, offset: budget.offset },
      { type: 'title-delta', index: 0, text: ' budget' },
      { type: 'title-end', index: 0, title: budget },
      { type: 'title-start', index: 1, offset: time.offset },
      { type: 'title-delta', index: 1, text: '时间' },
      { type: 'title-end', index: 1, title: time },
      { type: 'outline-end', titles: [budget, time] },
    ]);
  });

  it('gives the same at every two-way split and in single characters', () => {
    const texts = [normal, blockEnd, ...malformed.map(([, text]) => text)];
    for (const text of texts) {
      for (const cut of cutsOf(text)) expect(outline(cut, limits)).toEqual(outline([text], limits));
    }
  });

  it.each(malformed)('calls an outline malformed with the code %s: %j', (code, text) => {
    expect(outline([text], limits).at(-1)).toMatchObject({ type: 'outline-malformed', code });
  });

  it('says where the faulty step begins', () => {
    expect(outline([`one\n####a:${forcedAfterTitle} :`]).at(-1)).toEqual({
      type: 'outline-malformed',
      code: 'empty-title',
      offset: `one\n####a:......\n\n`.length,
    });
  });

  it('leaves repeated titles to the model, as the reference does', () => {
    const parser = createOutlineParser();
    parser.push(`####a:${forcedAfterTitle}a:${forcedAfterTitle}%%%%`);
    expect(parser.titles.map(({ title }) => title)).toEqual(['a', 'a']);
  });

  it('opens a step at every ####, in the middle of a line too', () => {
    const parser = createOutlineParser();
    parser.push('Steps: ####a:');
    expect(parser.preambleEnd).toBe('Steps: '.length);
    expect(parser.titles).toEqual([{ title: 'a', rawTitle: 'a', offset: 7 }]);
  });

  it('takes #### and %%%% before any title for an empty block', () => {
    expect(outline([`Nothing to split. ${blockEnd}`]).at(-1)).toEqual({ type: 'outline-end', titles: [] });
  });

  it('hands over what a token holds beside the colon and passes over it', () => {
    const parser = createOutlineParser();
    parser.push('####**cost');
    expect(parser.push(':**\n')).toMatchObject([
      { type: 'title-end', after: '**\n', title: { title: '**cost' } },
    ]);
    expect(parser.push(forcedAfterTitle)).toEqual([]);
    expect(parser.push('%%%%\nSo')).toMatchObject([{ type: 'outline-end', after: '\nSo' }]);
  });

  it('tells its state and ignores text after the end', () => {
    const parser = createOutlineParser();
    const states = ['####', 'a:', '......', '\n', '####', '%%%%', '####b:'].map((text) => {
      parser.push(text);
      return parser.state;
    });
    expect(states).toEqual(['title', 'ellipsis', 'gap', 'gap', 'title', 'ended', 'ended']);
    expect(parser.end()).toEqual([]);
  });

  it('never throws on junk and tells the same at any cut', () => {
    const unit = fc.constantFrom('####', '%%%%', '......', ':', '\n', 'a', ' ', '#', '%', '.', '题');
    fc.assert(
      fc.property(fc.array(fc.string({ unit, maxLength: 6 }), { maxLength: 12 }), (pieces) => {
        expect(outline(pieces, limits)).toEqual(outline([pieces.join('')], limits));
      }),
      { seed: 2, numRuns: 3000 },
    );
  });

  it('refuses limits that are not positive integers', () => {
    expect(() => createOutlineParser({ maxTitles: 0 })).toThrow(RangeError);
    expect(() => createOutlineParser({ maxTitleLength: 1.5 })).toThrow(RangeError);
  });
});
