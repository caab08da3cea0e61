import type { DecodeEvent } from '@beltline/node';
import { describe, expect, it } from 'vitest';
import { createJsonRenderer } from '../src/render/json-renderer.ts';
import { createLiveRenderer } from '../src/render/live-renderer.ts';
import { createPlainRenderer } from '../src/render/plain-renderer.ts';
import { previewPrompt } from '../src/render/prompt-preview.ts';
import type { Renderer } from '../src/render/renderer.ts';
import { createStyle } from '../src/render/style.ts';
import { documents, parallelEvents, sequentialEvents, writeAnswer } from './fake-decoder.ts';
import { RecordedOutput, showOnTerminal } from './streams.ts';

const style = createStyle({ colors: false });
const size = { columns: 80, rows: 24 };

const readable = `Let us check each document.

Document 1: is about a bank.

Document 2: is about the film and says that it was released in 1956.

文档 3 🎬: 是关于一首歌的。

Document 2 gives the answer.
Answer: 1956
`;
/** The same in a terminal, where steps of one line stand close together. */
const drawn = readable.replaceAll(/\n\n(?=Document 2: |文档)/g, '\n');

function play(renderer: Renderer, events: readonly DecodeEvent[]): void {
  renderer.start('parallel');
  for (const event of events) renderer.event(event);
}

describe('the plain renderer', () => {
  const create = (options: { namesRuns?: boolean; raw?: boolean; mayRepair?: boolean } = {}) => {
    const stdout = new RecordedOutput();
    const renderer = createPlainRenderer({ stdout, style, namesRuns: false, raw: false, ...options });
    return { stdout, renderer };
  };

  it.each([
    ['parallel', parallelEvents(documents)],
    ['sequential', sequentialEvents(documents)],
  ])('writes a %s answer and nothing else', (_, events) => {
    const { stdout, renderer } = create();
    play(renderer, events);
    renderer.end();
    renderer.close();
    expect(stdout.text).toBe(readable);
  });

  it('streams the first step while the others are decoded, and adds them in order', () => {
    const { stdout, renderer } = create();
    const events = parallelEvents(documents);
    const end = events.findIndex((event) => event.type === 'branch-end');
    play(renderer, events.slice(0, end));
    expect(stdout.text).toBe('Let us check each document.\n\nDocument 1: is about a');
  });

  it('writes all that is known of every step when it is stopped', () => {
    const { stdout, renderer } = create();
    const events = parallelEvents(documents);
    const end = events.findIndex((event) => event.type === 'branch-end');
    play(renderer, events.slice(0, end));
    renderer.end();
    expect(stdout.text).toBe(`Let us check each document.

Document 1: is about a

Document 2: is about th

文档 3 🎬: 是关于一首歌的。
`);
  });

  it('writes a heading over each answer of a comparison', () => {
    const { stdout, renderer } = create({ namesRuns: true });
    renderer.start('sequential');
    for (const event of sequentialEvents(documents)) renderer.event(event);
    renderer.end();
    play(renderer, parallelEvents(documents));
    renderer.end();
    expect(stdout.text).toBe(`Sequential answer\n\n${readable}\nParallel answer\n\n${readable}`);
  });

  it('writes an answer that may be repaired at its end, without anything that was taken back', () => {
    const { stdout, renderer } = create({ mayRepair: true });
    const events = parallelEvents(documents);
    const repaired = { ...documents, steps: documents.steps.slice(0, 2) };
    const repair = { type: 'repair', text: writeAnswer(repaired) } as const;
    play(renderer, [...events.slice(0, -1), repair]);
    expect(stdout.text).toBe('');
    renderer.event(events.at(-1)!);
    renderer.end();
    expect(stdout.text).not.toContain('文档 3');
    expect(stdout.text).toBe(readable.replace('文档 3 🎬: 是关于一首歌的。\n\n', ''));
  });

  it('keeps the markers if they are asked for', () => {
    const { stdout, renderer } = create({ raw: true });
    const events = parallelEvents(documents);
    play(renderer, events.slice(0, -1));
    expect(stdout.text).toBe('');
    renderer.event(events.at(-1)!);
    renderer.end();
    expect(stdout.text).toBe(`${writeAnswer(documents)}\n`);
  });
});

describe('the JSON renderer', () => {
  it('writes each event as it is, one per line', () => {
    const stdout = new RecordedOutput();
    const renderer = createJsonRenderer({ stdout, namesRuns: false });
    const events = parallelEvents(documents);
    play(renderer, events);
    renderer.end();
    expect(stdout.text.endsWith('\n')).toBe(true);
    const lines = stdout.text.trimEnd().split('\n');
    expect(lines.map((line) => JSON.parse(line))).toEqual(events);
  });

  it('says which run a line belongs to where there are two', () => {
    const stdout = new RecordedOutput();
    const renderer = createJsonRenderer({ stdout, namesRuns: true });
    play(renderer, [{ type: 'stage-start', stage: 'prefill' }]);
    expect(JSON.parse(stdout.text)).toEqual({ run: 'parallel', type: 'stage-start', stage: 'prefill' });
  });
});

describe('the live renderer', () => {
  const create = (options: { namesRuns?: boolean; raw?: boolean; prompt?: string } = {}) => {
    const stdout = new RecordedOutput(size);
    const renderer = createLiveRenderer({
      stdout,
      style,
      layout: 'lanes',
      namesRuns: false,
      raw: false,
      now: () => 0,
      ...options,
    });
    return { stdout, renderer };
  };
  /** Drawings come before the next turn of the event loop or 34 ms later. */
  const drawing = () => new Promise((resolve) => setTimeout(resolve, 50));

  it('shows lanes while the branches are decoded and leaves the answer as text', async () => {
    const { stdout, renderer } = create();
    const events = parallelEvents(documents);
    const end = events.findIndex((event) => event.type === 'branch-end');
    play(renderer, events.slice(0, end + 1));
    await drawing();
    expect(showOnTerminal(stdout.text)).toBe(`Let us check each document.

● Document 1  is about a
● Document 2  is about th
✓ 文档 3 🎬   是关于一首歌的。

Decoding 2 steps at once, 1 done · 0.0 s
`);
    for (const event of events.slice(end + 1)) renderer.event(event);
    renderer.end();
    renderer.close();
    expect(showOnTerminal(stdout.text)).toBe(drawn);
  });

  it('shows how far the download, the graph and the prompt are', async () => {
    const { stdout, renderer } = create();
    renderer.loading();
    await drawing();
    expect(showOnTerminal(stdout.text)).toBe('Loading the model\n');
    const download = { phase: 'download', file: 'model.onnx', done: 25e6, total: 1e8 } as const;
    renderer.loading({ ...download, notice: undefined });
    await drawing();
    expect(showOnTerminal(stdout.text)).toBe('Downloading  ━━━━━───────────────  25.0 MB of 100 MB\n');
    renderer.loading({ ...download, notice: 'the hub is slow' });
    await drawing();
    expect(showOnTerminal(stdout.text)).toBe('the hub is slow\n');
    renderer.loading({ phase: 'build', done: 5, total: 10 });
    await drawing();
    expect(showOnTerminal(stdout.text)).toBe('Building the graph  ━━━━━━━━━━──────────\n');
    play(renderer, parallelEvents(documents).slice(0, 2));
    await drawing();
    expect(showOnTerminal(stdout.text)).toBe(
      'Reading the prompt  ━━━━━━━━━━──────────  10 of 20 tokens · 0.0 s\n',
    );
    renderer.close();
    expect(showOnTerminal(stdout.text)).toBe('');
  });

  it('shows a prompt that was not typed, and two answers with headings', () => {
    const { stdout, renderer } = create({ namesRuns: true, prompt: 'Document 1: ...\n\nQuestion: ...?' });
    renderer.start('sequential');
    for (const event of sequentialEvents(documents)) renderer.event(event);
    renderer.end();
    play(renderer, parallelEvents(documents));
    renderer.end();
    expect(showOnTerminal(stdout.text)).toBe(`│ Document 1: ...
│ Question: ...?

Sequential answer

${drawn}
Parallel answer

${drawn}`);
  });

  it('keeps the markers if they are asked for', () => {
    const { stdout, renderer } = create({ raw: true });
    play(renderer, parallelEvents(documents));
    renderer.end();
    expect(showOnTerminal(stdout.text)).toBe(`${writeAnswer(documents)}\n`);
  });
});

it('shows the beginning and the end of a long prompt', () => {
  const prompt = Array.from({ length: 20 }, (_, index) => `line ${index}`).join('\n\n');
  expect(previewPrompt(prompt, 80, 5)).toEqual(['line 0', 'line 1', '… 16 more lines', 'line 18', 'line 19']);
  expect(previewPrompt('short', 80, 5)).toEqual(['short']);
});
