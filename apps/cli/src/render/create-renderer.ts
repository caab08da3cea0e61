import type { Environment } from '../environment.ts';
import type { ReadPrompt } from '../prompt-source.ts';
import type { RunOptions } from '../run-options.ts';
import { createJsonRenderer } from './json-renderer.ts';
import { createLiveRenderer } from './live-renderer.ts';
import { createPlainRenderer } from './plain-renderer.ts';
import type { Renderer } from './renderer.ts';
import { canMoveCursor, createStyle, hasColors } from './style.ts';

/** Chooses how to show the answer: as JSON, drawn in place in a terminal, as plain text elsewhere. */
export function createRenderer(
  prompt: ReadPrompt,
  { json, raw = false, quiet, color, mode, verify }: RunOptions,
  { stdout, stderr, env, signal }: Environment,
): Renderer {
  const namesRuns = mode === 'compare';
  if (json) return createJsonRenderer({ stdout, namesRuns });
  const style = createStyle({ colors: hasColors({ stream: stdout, env, wanted: color }) });
  if (!canMoveCursor(stdout, env)) {
    const say = (line: string) => stderr.write(`${line}\n`);
    const mayRepair = verify === 'repair';
    return createPlainRenderer({ stdout, style, namesRuns, raw, mayRepair, ...(!quiet && { say }) });
  }
  return createLiveRenderer({
    stdout,
    style,
    // Steps that come one after the other are read as text, unless they are to be compared.
    layout: mode === 'sequential' ? 'text' : 'lanes',
    namesRuns,
    raw,
    signal,
    ...(!prompt.isTyped && { prompt: prompt.text }),
  });
}
