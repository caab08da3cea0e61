import type { Output } from '../environment.ts';
import { formatAnswerText, formatSettledText } from './answer-text.ts';
import { type AnswerView, createAnswerView } from './answer-view.ts';
import { type Renderer, runNames } from './renderer.ts';
import type { Style } from './style.ts';

export interface PlainRendererOptions {
  readonly stdout: Output;
  readonly style: Style;
  /** Whether each answer gets a heading. */
  readonly namesRuns: boolean;
  /** Writes the answer with its markers, when it is complete. */
  readonly raw: boolean;
}

/** Writes the answer as text, and each part of it as soon as nothing can come in before it. */
export function createPlainRenderer({ stdout, style, namesRuns, raw }: PlainRendererOptions): Renderer {
  let view: AnswerView | undefined;
  let written = '';
  let rawText: string | undefined;
  let runs = 0;

  function writeUpTo(text: string): void {
    if (text.length > written.length) stdout.write(text.slice(written.length));
    written = text;
  }

  function end(): void {
    if (!view) return;
    writeUpTo(rawText ?? formatAnswerText(view.sections, style));
    if (written !== '' && !written.endsWith('\n')) stdout.write('\n');
    view = undefined;
  }

  return {
    loading() {},
    warmingUp() {},
    start(run) {
      view = createAnswerView();
      written = '';
      rawText = undefined;
      if (namesRuns) stdout.write(`${runs > 0 ? '\n' : ''}${style.bold(`${runNames[run]} answer`)}\n\n`);
      runs += 1;
    },
    event(event) {
      view!.apply(event);
      if (raw && event.type === 'finish') rawText = event.result.text;
      if (!raw) writeUpTo(formatSettledText(view!.sections, style));
    },
    end,
    close: end,
  };
}
