import type { AnswerProblem, AnswerProblemCode } from './answer.ts';
import { createMarkerScanner } from './marker-scanner.ts';
import { type Nesting, stepMarker } from './markers.ts';
import { createStepHeadReader, type StepHead } from './step-head.ts';
import { defaultMaxTitleLength } from './title.ts';

/** What became certain about a streamed answer. */
export type AnswerEvent =
  | { readonly type: 'text-delta'; readonly text: string }
  | { readonly type: 'block-start'; readonly index: number }
  | {
      readonly type: 'step-start';
      readonly index: number;
      readonly title: string;
      readonly rawTitle: string;
    }
  | { readonly type: 'step-delta'; readonly index: number; readonly text: string }
  | { readonly type: 'step-end'; readonly index: number }
  | { readonly type: 'block-end'; readonly index: number; readonly closed: boolean };

/** Who is told; problems are told in the order they are found, between the events. */
export interface AnswerCallbacks {
  onEvent(event: AnswerEvent): void;
  onProblem?(problem: AnswerProblem): void;
}

/** Reads an answer that arrives in pieces. */
export interface AnswerParser {
  feed(text: string): void;
  /** Hands over what was held back, closes what is open, and is ready for another answer. */
  end(): void;
  /** Forgets everything, without events. */
  reset(): void;
}

const initialState = {
  readingHead: false,
  insideBlock: false,
  /** Index of the current or the next block, and of the current step in it. */
  block: 0,
  step: 0,
  /** UTF-16 units fed so far. */
  length: 0,
  /** Where the current `####` begins, and the `####` that opened the current block. */
  stepOffset: 0,
  blockOffset: 0,
};

/**
 * Creates a parser of whole answers: text, blocks of steps, text, as often as they come.
 *
 * Every `####` opens a step, as in {@link createOutlineParser}; where no title follows it is told as a problem and goes
 * on as plain text of the place where it stands. So no character is ever lost: the texts of the events, with
 * `####rawTitle:` for each step's start and `####%%%%` for each closed block's end, make up the input again.
 *
 * Where blocks may be nested, it reads those of one depth, and deeper ones are text of its steps: feed a step's text to
 * another parser to read them.
 *
 * @example
 * ```ts
 * const parser = createAnswerParser({ onEvent: (event) => console.log(event.type) });
 * parser.feed('Let us see.\n\n####cost: low.\n\n##'); // text-delta, block-start, step-start, step-delta
 * parser.feed('##%%%%\nDone.'); // step-end, block-end, text-delta
 * parser.end();
 * ```
 */
export function createAnswerParser(
  callbacks: AnswerCallbacks,
  { depth = 1, maxDepth = 1 }: Nesting = {},
): AnswerParser {
  const stepStart = stepMarker(depth);
  const deeper = stepMarker(depth + 1);
  const outside = createMarkerScanner([stepStart]);
  const inside = createMarkerScanner(depth < maxDepth ? [stepStart, deeper] : [stepStart]);
  const reader = createStepHeadReader(defaultMaxTitleLength);
  let state = { ...initialState };

  function reset(): void {
    outside.flush();
    inside.flush();
    reader.flush();
    state = { ...initialState };
  }

  function emitText(text: string): void {
    if (text === '') return;
    callbacks.onEvent(
      state.insideBlock ? { type: 'step-delta', index: state.step, text } : { type: 'text-delta', text },
    );
  }

  function tell(code: AnswerProblemCode, offset: number): void {
    callbacks.onProblem?.({ code, offset });
  }

  /** Ends the step before, or opens the block if there is none. */
  function leaveStep(): void {
    if (state.insideBlock) {
      callbacks.onEvent({ type: 'step-end', index: state.step });
      state.step += 1;
      return;
    }
    callbacks.onEvent({ type: 'block-start', index: state.block });
    state.insideBlock = true;
    state.blockOffset = state.stepOffset;
    state.step = 0;
  }

  function closeBlock(closed: boolean): void {
    callbacks.onEvent({ type: 'block-end', index: state.block, closed });
    state.insideBlock = false;
    state.block += 1;
  }

  function readText(text: string): string | undefined {
    const { text: safe, marker, rest } = (state.insideBlock ? inside : outside).push(text);
    emitText(safe);
    if (marker === undefined || rest === undefined) return undefined;
    if (marker !== stepStart) {
      emitText(marker);
      return rest;
    }
    state.stepOffset = state.length - rest.length - stepStart.length;
    state.readingHead = true;
    return rest;
  }

  function readHead(text: string): string | undefined {
    const { head, rest } = reader.push(text);
    if (head === undefined) return undefined;
    state.readingHead = false;
    apply(head);
    return rest;
  }

  function apply(head: StepHead): void {
    switch (head.type) {
      case 'title': {
        const { rawTitle } = head;
        leaveStep();
        callbacks.onEvent({ type: 'step-start', index: state.step, title: rawTitle.trim(), rawTitle });
        return;
      }
      case 'end':
        leaveStep();
        closeBlock(true);
        return;
      case 'malformed':
        tell(head.code, state.stepOffset);
        emitText(stepStart + head.rawTitle);
        return;
      default:
        head satisfies never;
    }
  }

  return {
    feed(text) {
      state.length += text.length;
      let rest: string | undefined = text;
      while (rest) rest = state.readingHead ? readHead(rest) : readText(rest);
    },
    end() {
      if (state.readingHead) {
        tell('unfinished-title', state.stepOffset);
        emitText(stepStart + reader.flush());
      } else {
        emitText((state.insideBlock ? inside : outside).flush());
      }
      if (state.insideBlock) {
        tell('unclosed-block', state.blockOffset);
        leaveStep();
        closeBlock(false);
      }
      reset();
    },
    reset,
  };
}
