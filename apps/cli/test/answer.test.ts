import type { DecodeEvent } from '@beltline/node';
import { describe, expect, it } from 'vitest';
import { formatAnswerText, formatSettledText, wrapAnswer } from '../src/render/answer-text.ts';
import { createAnswerView, type SectionView } from '../src/render/answer-view.ts';
import { createStyle } from '../src/render/style.ts';
import { documents, fallbackEvents, parallelEvents, sequentialEvents } from './fake-decoder.ts';

const plain = createStyle({ colors: false });

const readable = `Let us check each document.

Document 1: is about a bank.

Document 2: is about the film and says that it was released in 1956.

文档 3 🎬: 是关于一首歌的。

Document 2 gives the answer.
Answer: 1956`;

const generations: [string, DecodeEvent[]][] = [
  ['parallel', parallelEvents(documents)],
  ['sequential', sequentialEvents(documents)],
  ['fallen back', fallbackEvents(documents)],
];

function follow(events: readonly DecodeEvent[]): readonly SectionView[] {
  const view = createAnswerView();
  for (const event of events) view.apply(event);
  return view.sections;
}

describe.each(generations)('a %s generation', (_, events) => {
  it('ends as text without markers', () => {
    expect(formatAnswerText(follow(events), plain)).toBe(readable);
  });

  it('settles text that only ever grows at its end', () => {
    const view = createAnswerView();
    const settled: string[] = [];
    for (const event of events) {
      view.apply(event);
      settled.push(formatSettledText(view.sections, plain));
    }
    for (const text of settled) expect(readable.startsWith(text)).toBe(true);
    expect(settled.map(({ length }) => length)).toEqual(
      settled.map(({ length }) => length).toSorted((a, b) => a - b),
    );
    expect(settled.at(-1)).toBe(readable);
    // Streamed, not held back to the end.
    expect(new Set(settled).size).toBeGreaterThan(80);
  });

  it('has a stage from its first to its last event', () => {
    const view = createAnswerView();
    for (const event of events.slice(0, -1)) {
      view.apply(event);
      expect(view.stage).toBeDefined();
    }
    view.apply(events.at(-1)!);
    expect(view.stage).toBeUndefined();
  });
});

it('shows titles as waiting until their branches are decoded', () => {
  const events = parallelEvents(documents);
  const at = (type: DecodeEvent['type']) => events.findIndex((event) => event.type === type);
  const states = (count: number) =>
    follow(events.slice(0, count)).flatMap((section) =>
      section.type === 'block' ? section.steps.map(({ state }) => state) : [],
    );
  expect(states(at('branch-start') + 1)).toEqual(['waiting']);
  expect(states(at('branch-delta'))).toEqual(['decoding', 'decoding', 'decoding']);
  expect(states(at('branch-end') + 1)).toContain('done');
});

it('takes the titles of a useless outline back', () => {
  const events = fallbackEvents(documents);
  const fallback = events.findIndex(({ type }) => type === 'fallback');
  const blocks = (count: number) => follow(events.slice(0, count)).filter(({ type }) => type === 'block');
  expect(blocks(fallback)).toHaveLength(1);
  expect(blocks(fallback + 2)).toHaveLength(0);
});

/** Two blocks as the decoder tells them, up to the titles of a third one. */
const twoBlocks: DecodeEvent[] = [
  { type: 'stage-start', stage: 'outline' },
  { type: 'text-delta', stage: 'outline', text: 'Well.\n\n' },
  { type: 'branch-start', branch: 0, block: 0, title: 'one' },
  { type: 'branch-start', branch: 1, block: 0, title: 'two' },
  { type: 'stage-start', stage: 'branches' },
  { type: 'branch-delta', branch: 1, text: ' b\n\n' },
  { type: 'branch-end', branch: 1, finishReason: 'stop' },
  { type: 'branch-delta', branch: 0, text: ' a\n\n' },
  { type: 'branch-end', branch: 0, finishReason: 'stop' },
  { type: 'stage-start', stage: 'conclusion' },
  { type: 'text-delta', stage: 'conclusion', text: '\nSo then\n\n' },
  { type: 'stage-start', stage: 'outline' },
  { type: 'branch-start', branch: 2, block: 1, title: 'one' },
  { type: 'stage-start', stage: 'branches' },
  { type: 'branch-delta', branch: 2, text: ' c\n\n' },
  { type: 'branch-end', branch: 2, finishReason: 'stop' },
  { type: 'stage-start', stage: 'conclusion' },
  { type: 'text-delta', stage: 'conclusion', text: '\nAnd\n\n' },
  { type: 'stage-start', stage: 'outline' },
  { type: 'branch-start', branch: 3, block: 2, title: 'last' },
];

it('shows each block after the text before it', () => {
  expect(formatAnswerText(follow(twoBlocks), plain)).toBe(
    'Well.\n\none: a\n\ntwo: b\n\nSo then\n\none: c\n\nAnd\n\nlast:',
  );
  const states = follow(twoBlocks).flatMap((section) =>
    section.type === 'block' ? section.steps.map(({ state }) => state) : [],
  );
  expect(states).toEqual(['done', 'done', 'done', 'waiting']);
});

it('drops just the block whose outline was of no use', () => {
  const sections = follow([
    ...twoBlocks,
    { type: 'fallback', reason: 'unclosed-outline' },
    { type: 'stage-start', stage: 'sequential' },
    { type: 'text-delta', stage: 'sequential', text: '####last: d\n\n####%%%%\nDone.' },
  ]);
  expect(formatAnswerText(sections, plain)).toBe(
    'Well.\n\none: a\n\ntwo: b\n\nSo then\n\none: c\n\nAnd\n\nlast: d\n\nDone.',
  );
});

it('shows a repaired answer in the place of all that was there', () => {
  const decoded = parallelEvents(documents);
  const drafted = decoded.slice(0, decoded.findLastIndex(({ type }) => type === 'branch-end') + 1);
  const sections = follow([
    ...drafted,
    { type: 'stage-start', stage: 'sequential' },
    { type: 'repair', text: 'Well.\n\n####One: yes' },
    { type: 'text-delta', stage: 'sequential', text: ', indeed\n\n####%%%%\nDone.' },
  ]);
  expect(formatAnswerText(sections, plain)).toBe('Well.\n\nOne: yes, indeed\n\nDone.');
});

it('knows how far the reading of a long prompt is, until it is done', () => {
  const view = createAnswerView();
  view.apply({ type: 'stage-start', stage: 'prefill' });
  view.apply({ type: 'prefill-delta', stage: 'prefill', done: 256, tokens: 600 });
  expect(view.prefill).toEqual({ done: 256, tokens: 600 });
  view.apply({ type: 'prefill-delta', stage: 'prefill', done: 600, tokens: 600 });
  expect(view.prefill).toBeUndefined();
});

it('shows steps of one line each close together, and longer ones apart', () => {
  const sections = follow(parallelEvents(documents));
  expect(wrapAnswer(sections, 80, plain).slice(2, 5)).toEqual([
    'Document 1: is about a bank.',
    'Document 2: is about the film and says that it was released in 1956.',
    '文档 3 🎬: 是关于一首歌的。',
  ]);
  expect(wrapAnswer(sections, 40, plain).slice(2, 7)).toEqual([
    'Document 1: is about a bank.',
    '',
    'Document 2: is about the film and says',
    'that it was released in 1956.',
    '',
  ]);
});

it('makes titles bold, over the end of a line too', () => {
  const steps = [{ title: 'a long title', text: ' and text', state: 'done' as const }];
  expect(wrapAnswer([{ type: 'block', steps }], 8, createStyle({ colors: true }))).toEqual([
    '\u001B[1ma long\u001B[22m',
    '\u001B[1mtitle:\u001B[22m',
    'and text',
  ]);
});

it('lets no control characters of the model through', () => {
  const steps = [{ title: 'a\u001B[2Jb', text: ' c\u0007d\u009B31me', state: 'done' as const }];
  expect(formatAnswerText([{ type: 'block', steps }], plain)).toBe('a[2Jb: cd31me');
});
