import { createMarkerScanner } from './marker-scanner.ts';
import { markers, stepMarker } from './markers.ts';
import type {
  OutlineEvent,
  OutlineLimits,
  OutlineParser,
  OutlineProblemCode,
  OutlineState,
  OutlineTitle,
} from './outline.ts';
import { createStepHeadReader, type StepHead } from './step-head.ts';
import { defaultMaxTitleLength } from './title.ts';

/**
 * Creates a parser of stage 1's text: a preamble, titles whose bodies are an ellipsis, and `####%%%%`.
 *
 * Every `####` opens a step, wherever it stands: the reference looks at that token alone, and so must whoever decodes
 * token by token. After a title's colon any text is passed over up to the ellipsis, because one token may hold the
 * colon and more (`:**`, `:\n\n`); between the ellipsis and the next `####` only white space may stand. Bad text gives
 * an event, never an exception.
 *
 * @throws RangeError if a limit is not a positive integer.
 *
 * @example
 * ```ts
 * const parser = createOutlineParser();
 * parser.push('Let us see.\n\n####cost:'); // ..., { type: 'title-end', index: 0, title: { title: 'cost', ... }, after: '' }
 * parser.push(forcedAfterTitle + '%%%%'); // { type: 'outline-end', titles: [...], after: '' }
 * ```
 */
export function createOutlineParser(limits: OutlineLimits = {}): OutlineParser {
  const maxTitles = positive('maxTitles', limits.maxTitles ?? 64);
  const reader = createStepHeadReader(
    positive('maxTitleLength', limits.maxTitleLength ?? defaultMaxTitleLength),
  );
  const stepStart = stepMarker(positive('depth', limits.depth ?? 1));
  const stepScanner = createMarkerScanner([stepStart]);
  const ellipsisScanner = createMarkerScanner([markers.ellipsis, markers.step]);
  const titles: OutlineTitle[] = [];
  let state: OutlineState = 'preamble';
  let events: OutlineEvent[] = [];
  let preambleEnd: number | undefined;
  /** UTF-16 units pushed so far. */
  let length = 0;
  let stepOffset = 0;
  let titleStarted = false;

  function fail(code: OutlineProblemCode, offset: number): undefined {
    state = 'malformed';
    events.push({ type: 'outline-malformed', code, offset });
  }

  /** A `####` has been read, with `rest` of the current push still to come. */
  function openStep(rest: string): void {
    stepOffset = length - rest.length - stepStart.length;
    titleStarted = false;
    state = 'title';
  }

  function readPreamble(text: string): string | undefined {
    const { text: delta, marker, rest } = stepScanner.push(text);
    if (delta !== '') events.push({ type: 'preamble-delta', text: delta });
    if (marker === undefined || rest === undefined) return undefined;
    openStep(rest);
    preambleEnd = stepOffset;
    events.push({ type: 'preamble-end', offset: stepOffset });
    return rest;
  }

  function readTitle(text: string): string | undefined {
    const { delta, head, rest } = reader.push(text);
    if (delta !== '') {
      if (!titleStarted && titles.length === maxTitles) return fail('too-many-titles', stepOffset);
      if (!titleStarted) events.push({ type: 'title-start', index: titles.length, offset: stepOffset });
      titleStarted = true;
      events.push({ type: 'title-delta', index: titles.length, text: delta });
    }
    if (head === undefined || rest === undefined) return undefined;
    return closeTitle(head, rest);
  }

  function closeTitle(head: StepHead, rest: string): string | undefined {
    if (head.type === 'malformed') return fail(head.code, stepOffset);
    if (head.type === 'end') {
      state = 'ended';
      events.push({ type: 'outline-end', titles: [...titles], after: rest });
      return undefined;
    }
    const title = { title: head.rawTitle.trim(), rawTitle: head.rawTitle, offset: stepOffset };
    events.push({ type: 'title-end', index: titles.length, title, after: rest });
    titles.push(title);
    state = 'ellipsis';
    return rest;
  }

  function readEllipsis(text: string): string | undefined {
    const { marker, rest } = ellipsisScanner.push(text);
    if (marker === undefined) return undefined;
    if (marker === markers.step) return fail('missing-ellipsis', stepOffset);
    state = 'gap';
    return rest;
  }

  function readGap(text: string): string | undefined {
    const { text: delta, marker, rest } = stepScanner.push(text);
    if (delta.trim() !== '') return fail('text-after-ellipsis', stepOffset);
    if (marker === undefined || rest === undefined) return undefined;
    openStep(rest);
    return rest;
  }

  function readNext(text: string): string | undefined {
    switch (state) {
      case 'preamble':
        return readPreamble(text);
      case 'title':
        return readTitle(text);
      case 'ellipsis':
        return readEllipsis(text);
      case 'gap':
        return readGap(text);
      case 'ended':
      case 'malformed':
        return undefined;
      default:
        return state satisfies never;
    }
  }

  function takeEvents(): OutlineEvent[] {
    const taken = events;
    events = [];
    return taken;
  }

  return {
    get state() {
      return state;
    },
    get titles() {
      return titles;
    },
    get preambleEnd() {
      return preambleEnd;
    },
    push(text) {
      length += text.length;
      let rest: string | undefined = text;
      while (rest) rest = readNext(rest);
      return takeEvents();
    },
    end() {
      if (state === 'preamble') {
        const text = stepScanner.flush();
        if (text !== '') events.push({ type: 'preamble-delta', text });
        fail('no-block', length);
      } else if (state !== 'ended' && state !== 'malformed') {
        fail('unclosed-outline', stepOffset);
      }
      return takeEvents();
    },
  };
}

function positive(name: string, value: number): number {
  if (Number.isInteger(value) && value > 0) return value;
  throw new RangeError(`expected ${name} to be a positive integer, got ${value}`);
}
