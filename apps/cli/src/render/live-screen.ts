import stringWidth from 'string-width';
import type { Output } from '../environment.ts';
import type { FrameSize } from './frame.ts';

/** The last lines of a terminal, drawn over again and again. */
export interface LiveScreen {
  /** Asks for a drawing soon; many requests in a short time give one drawing. */
  request(): void;
  /** Removes the drawing and gives the cursor back. Another request starts anew. */
  clear(): void;
}

export interface LiveScreenOptions {
  readonly stream: Output;
  /** Lines that fit into the size, at the time they are needed. */
  readonly draw: (size: FrameSize) => readonly string[];
  /** Gives the cursor back at once when it aborts: the process may be killed before anything else happens. */
  readonly signal?: AbortSignal;
  /** Shortest time between two drawings, in ms. */
  readonly interval?: number;
  /** Clock in ms. */
  readonly now?: () => number;
}

const control = '\u001B[';
const hideCursor = `${control}?25l`;
const showCursor = `${control}?25h`;
const clearLine = `${control}K`;
const clearBelow = `${control}J`;
/** Terminals that know these show a drawing only when it is complete; the others ignore them. */
const beginUpdate = `${control}?2026h`;
const endUpdate = `${control}?2026l`;

/** Draws at most 30 times a second by default, so that drawing does not slow down what is drawn. */
export function createLiveScreen(options: LiveScreenOptions): LiveScreen {
  const { stream, draw, signal, interval = 1000 / 30, now = () => performance.now() } = options;
  let lines: readonly string[] = [];
  let drawnAt = -Infinity;
  let cancel: (() => void) | undefined;
  let isOpen = false;

  function open(): void {
    isOpen = true;
    stream.on('resize', redraw);
    stream.write(hideCursor);
    signal?.addEventListener('abort', giveCursorBack);
  }

  function giveCursorBack(): void {
    stream.write(showCursor);
  }

  function update(): void {
    cancel = undefined;
    drawnAt = now();
    const back = goBack(lines.length);
    lines = draw(sizeOf(stream));
    const text = lines.map((line) => `${line}${clearLine}\n`).join('');
    stream.write(`${beginUpdate}${back}${text}${clearBelow}${endUpdate}`);
  }

  /** Terminals break lines anew that have become too long, so that the drawing grows. */
  function redraw(): void {
    const columns = stream.columns || 80;
    const height = lines.reduce((sum, line) => sum + Math.max(1, Math.ceil(stringWidth(line) / columns)), 0);
    stream.write(goBack(height) + clearBelow);
    lines = [];
    update();
  }

  return {
    request() {
      if (!isOpen) open();
      if (cancel) return;
      const wait = interval - (now() - drawnAt);
      if (wait > 0) {
        const timer = setTimeout(update, wait);
        cancel = () => clearTimeout(timer);
      } else {
        // Still before the next forward pass, which would block the timers, but after all events of this one.
        const immediate = setImmediate(update);
        cancel = () => clearImmediate(immediate);
      }
    },
    clear() {
      if (!isOpen) return;
      isOpen = false;
      cancel?.();
      cancel = undefined;
      stream.off('resize', redraw);
      signal?.removeEventListener('abort', giveCursorBack);
      stream.write(goBack(lines.length) + clearBelow + showCursor);
      lines = [];
    },
  };
}

function goBack(height: number): string {
  return height > 0 ? `\r${control}${height}A` : '\r';
}

/** One column and one row are left free: the cursor stands there. */
export function sizeOf({ columns, rows }: Output): FrameSize {
  return { columns: (columns || 80) - 1, rows: (rows || 24) - 1 };
}
