import type { Output } from '../environment.ts';
import { formatSize } from '../table.ts';
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
  /** Whether the answer may be taken back and written again, so that nothing is shown before its end. */
  readonly mayRepair?: boolean;
  /** Gets lines about a download, which may take long. */
  readonly say?: (line: string) => void;
}

/** Writes the answer as text, and each part of it as soon as nothing can come in before it. */
export function createPlainRenderer(options: PlainRendererOptions): Renderer {
  const { stdout, style, namesRuns, raw, mayRepair = false, say } = options;
  let view: AnswerView | undefined;
  let written = '';
  let rawText: string | undefined;
  let runs = 0;
  let said = '';

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
    loading(progress) {
      if (progress?.phase !== 'download') return;
      const line = progress.notice ?? `Downloading the model, ${formatSize(progress.total)}`;
      // Its progress changes, the line does not.
      if (line !== said) say?.(line);
      said = line;
    },
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
      if (!raw && !mayRepair) writeUpTo(formatSettledText(view!.sections, style));
    },
    end,
    close: end,
  };
}
