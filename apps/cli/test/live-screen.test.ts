import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { createLiveScreen } from '../src/render/live-screen.ts';
import { RecordedOutput, showOnTerminal } from './streams.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

function setUp(options: { signal?: AbortSignal } = {}) {
  const stream = new RecordedOutput({ columns: 20, rows: 10 });
  const frame = { lines: ['one', 'two'], count: 0 };
  const draw = () => {
    frame.count += 1;
    return frame.lines;
  };
  return { stream, frame, screen: createLiveScreen({ stream, draw, ...options }) };
}

it('draws over what it drew before, and leaves nothing behind', () => {
  const { stream, frame, screen } = setUp();
  stream.write('$ command\n');
  screen.request();
  vi.runAllTimers();
  expect(showOnTerminal(stream.text)).toBe('$ command\none\ntwo\n');
  frame.lines = ['three'];
  screen.request();
  vi.runAllTimers();
  expect(showOnTerminal(stream.text)).toBe('$ command\nthree\n');
  screen.clear();
  expect(showOnTerminal(stream.text)).toBe('$ command\n');
});

it('draws all requests of a moment at once, and at most 30 times a second', () => {
  const { frame, screen } = setUp();
  for (let millisecond = 0; millisecond < 1000; millisecond += 1) {
    screen.request();
    screen.request();
    vi.advanceTimersByTime(1);
  }
  expect(frame.count).toBeGreaterThan(25);
  expect(frame.count).toBeLessThanOrEqual(31);
});

it('draws what was requested last, even if nothing is requested after it', () => {
  const { stream, frame, screen } = setUp();
  screen.request();
  vi.advanceTimersByTime(1);
  frame.lines = ['last'];
  screen.request();
  vi.advanceTimersByTime(100);
  expect(showOnTerminal(stream.text)).toBe('last\n');
});

it('hides the cursor while it draws and gives it back, once', () => {
  const { stream, screen } = setUp();
  screen.request();
  vi.runAllTimers();
  expect(stream.text.startsWith('\u001B[?25l')).toBe(true);
  expect(stream.text).not.toContain('\u001B[?25h');
  screen.clear();
  screen.clear();
  expect(stream.text.split('\u001B[?25h')).toHaveLength(2);
  expect(stream.listenerCount('resize')).toBe(0);
});

it('writes nothing if nothing was requested, and nothing after the end', () => {
  const { stream, screen } = setUp();
  screen.clear();
  expect(stream.text).toBe('');
  screen.request();
  screen.clear();
  const { text } = stream;
  vi.runAllTimers();
  expect(stream.text).toBe(text);
});

it('gives the cursor back as soon as an abort is asked for', () => {
  const controller = new AbortController();
  const { stream, screen } = setUp({ signal: controller.signal });
  screen.request();
  controller.abort();
  expect(stream.text.endsWith('\u001B[?25h')).toBe(true);
});

it('removes lines that a narrower terminal has broken in two', () => {
  const { stream, frame, screen } = setUp();
  frame.lines = ['a'.repeat(19), 'b'.repeat(5)];
  screen.request();
  vi.runAllTimers();
  stream.columns = 10;
  const { length } = stream.text;
  stream.emit('resize');
  // 19 columns take two lines of ten; the last line stays one line.
  expect(stream.text.slice(length).startsWith('\r\u001B[3A\u001B[J')).toBe(true);
});
