import { styleText } from 'node:util';
import type { Output } from '../environment.ts';

/** Paints text, or leaves it as it is. */
export interface Style {
  bold(text: string): string;
  dim(text: string): string;
  green(text: string): string;
  cyan(text: string): string;
  yellow(text: string): string;
}

/** @param colors false to leave all text as it is. */
export function createStyle({ colors }: { readonly colors: boolean }): Style {
  const paint = (format: keyof Style) => (text: string) =>
    colors && text !== '' ? styleText(format, text, { validateStream: false }) : text;
  return {
    bold: paint('bold'),
    dim: paint('dim'),
    green: paint('green'),
    cyan: paint('cyan'),
    yellow: paint('yellow'),
  };
}

export interface ColorChoice {
  readonly stream: Output;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** False if the command line forbids colours. */
  readonly wanted: boolean;
}

/** Whether to use colours: the command line decides, then FORCE_COLOR, then NO_COLOR, then the stream. */
export function hasColors({ stream, env, wanted }: ColorChoice): boolean {
  if (!wanted) return false;
  if (env.FORCE_COLOR !== undefined) return env.FORCE_COLOR !== '0' && env.FORCE_COLOR !== 'false';
  if (env.NO_COLOR) return false;
  return canMoveCursor(stream, env);
}

/** Whether the stream is a terminal in which lines can be drawn over. */
export function canMoveCursor(stream: Output, env: ColorChoice['env']): boolean {
  return stream.isTTY === true && env.TERM !== 'dumb';
}
