import type { Output } from '../environment.ts';
import { wrapAnswer } from './answer-text.ts';
import { type AnswerView, createAnswerView } from './answer-view.ts';
import { drawFrame, type FrameOptions } from './frame.ts';
import { createLiveScreen, sizeOf } from './live-screen.ts';
import { previewPrompt } from './prompt-preview.ts';
import { headings, type Renderer } from './renderer.ts';
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
  /** Clock in ms. */
  readonly now?: () => number;
}

/** Shows the answer while it is decoded, redrawn in place, and leaves it as text when it ends. */
export function createLiveRenderer(options: LiveRendererOptions): Renderer {
  const { stdout, style, layout, namesRuns, raw, prompt, now = () => performance.now() } = options;
  let status = () => '';
  let heading = '';
  let view: AnswerView | undefined;
  let rawText: string | undefined;
  let parts = 0;

  const screen = createLiveScreen({
    stream: stdout,
    now,
    draw: (size) => drawFrame(view?.sections ?? [], { size, style, layout, status: status() }),
  });

  /** Leaves lines on the terminal for good. */
  function leave(lines: readonly string[]): void {
    stdout.write(`${parts > 0 ? '\n' : ''}${lines.join('\n')}\n`);
    parts += 1;
  }

  function leavePrompt(): void {
    const { columns } = sizeOf(stdout);
    const lines = previewPrompt(prompt!, columns - 2, 9).map((line) => style.dim(`│ ${line}`.trimEnd()));
    leave(lines);
    stdout.write('\n');
  }

  if (prompt !== undefined) leavePrompt();

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
      heading = namesRuns ? headings[run] : '';
      status = () => {
        const seconds = `${((now() - startedAt) / 1000).toFixed(1)} s`;
        return [heading, describeStage(current), seconds].filter((text) => text !== '').join(' · ');
      };
      screen.request();
    },
    event(event) {
      view!.apply(event);
      if (event.type === 'finish') rawText = event.result.text;
      screen.request();
    },
    end() {
      if (!view) return;
      screen.clear();
      const { columns } = sizeOf(stdout);
      const answer = raw && rawText !== undefined ? [rawText] : wrapAnswer(view.sections, columns, style);
      view = undefined;
      if (answer.length > 0) leave(heading ? [style.bold(style.cyan(heading)), '', ...answer] : answer);
    },
    close() {
      this.end();
      screen.clear();
    },
  };
}
