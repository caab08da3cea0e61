import type { Output } from '../environment.ts';
import { cleanText, wrapAnswer } from './answer-text.ts';
import { type AnswerView, createAnswerView } from './answer-view.ts';
import { drawFrame, type FrameOptions } from './frame.ts';
import { createLiveScreen, sizeOf } from './live-screen.ts';
import { previewPrompt } from './prompt-preview.ts';
import { type Renderer, runNames } from './renderer.ts';
import { describeLoading, describeStage } from './status.ts';
import type { Style } from './style.ts';

export interface LiveRendererOptions {
  /** A terminal. */
  readonly stdout: Output;
  readonly style: Style;
  readonly layout: FrameOptions['layout'];
  /** Whether each answer gets a heading. */
  readonly namesRuns: boolean;
  /** Leaves the answer with its markers, if it is complete. */
  readonly raw: boolean;
  /** A prompt to show before the answer. */
  readonly prompt?: string;
  readonly signal?: AbortSignal;
  /** Clock in ms. */
  readonly now?: () => number;
}

/** Shows the answer while it is decoded, redrawn in place, and leaves it as text when it ends. */
export function createLiveRenderer(options: LiveRendererOptions): Renderer {
  const { stdout, style, layout, namesRuns, raw, prompt, signal } = options;
  const { now = () => performance.now() } = options;
  let status = () => '';
  let name = '';
  let view: AnswerView | undefined;
  let rawText: string | undefined;
  let parts = 0;

  const screen = createLiveScreen({
    stream: stdout,
    now,
    ...(signal && { signal }),
    draw({ columns, rows }) {
      // A blank line sets the drawing apart from the answer before.
      const above = parts > 0 ? [''] : [];
      const size = { columns, rows: rows - above.length };
      return [...above, ...drawFrame(view?.sections ?? [], { size, style, layout, status: status() })];
    },
  });

  /** Leaves lines on the terminal for good. */
  function leave(lines: readonly string[]): void {
    stdout.write(`${parts > 0 ? '\n' : ''}${lines.join('\n')}\n`);
    parts += 1;
  }

  if (prompt !== undefined) {
    const lines = previewPrompt(prompt, sizeOf(stdout).columns - 2, 9);
    stdout.write(`${lines.map((line) => style.dim(`│ ${line}`)).join('\n')}\n\n`);
  }

  function end(): void {
    screen.clear();
    if (!view) return;
    const { columns } = sizeOf(stdout);
    const answer = rawText === undefined ? wrapAnswer(view.sections, columns, style) : [cleanText(rawText)];
    view = undefined;
    if (answer.length === 0) return;
    leave(name ? [style.bold(style.cyan(`${name} answer`)), '', ...answer] : answer);
  }

  return {
    loading(progress) {
      status = () => describeLoading(progress);
      screen.request();
    },
    warmingUp() {
      status = () => 'Warming up';
      screen.request();
    },
    start(run) {
      const startedAt = now();
      const current = createAnswerView();
      view = current;
      rawText = undefined;
      name = namesRuns ? runNames[run] : '';
      status = () => {
        const seconds = `${((now() - startedAt) / 1000).toFixed(1)} s`;
        return [name, describeStage(current), seconds].filter((text) => text !== '').join(' · ');
      };
      screen.request();
    },
    event(event) {
      view!.apply(event);
      if (raw && event.type === 'finish') rawText = event.result.text;
      screen.request();
    },
    end,
    close: end,
  };
}
