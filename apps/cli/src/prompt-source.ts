import { readFile } from 'node:fs/promises';
import { addAbortSignal } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import type { Input } from './environment.ts';
import { CliError } from './errors.ts';

export interface PromptSource {
  /** The prompt itself, or `-` for the standard input. */
  readonly argument: string | undefined;
  readonly file: string | undefined;
  readonly stdin: Input;
  readonly signal: AbortSignal;
}

export interface ReadPrompt {
  readonly text: string;
  /** Whether it stood on the command line, where the reader has just seen it. */
  readonly isTyped: boolean;
}

/**
 * Reads the prompt from where the command line says.
 *
 * @throws CliError `USAGE` if there is none or two, `UNREADABLE_PROMPT`, `EMPTY_PROMPT`.
 */
export async function readPrompt({ argument, file, stdin, signal }: PromptSource): Promise<ReadPrompt> {
  if (argument !== undefined && file !== undefined) {
    throw new CliError('USAGE', 'a prompt and --file were given: choose one of them');
  }
  if (file !== undefined) return { text: tidy(await readPromptFile(file), file), isTyped: false };
  if (argument !== undefined && argument !== '-') return { text: tidy(argument), isTyped: true };
  if (argument === undefined && stdin.isTTY) {
    throw new CliError('USAGE', 'no prompt: give it as an argument, with --file, or on the standard input');
  }
  const source = 'the standard input';
  return { text: tidy(toText(await readStdin(stdin, signal), source), source), isTyped: false };
}

async function readPromptFile(path: string): Promise<string> {
  const bytes = await readFile(path).catch((cause: NodeJS.ErrnoException) => {
    throw new CliError('UNREADABLE_PROMPT', `cannot read ${path}: ${reasonOf(cause)}`, { cause });
  });
  return toText(bytes, path);
}

async function readStdin(stdin: Input, signal: AbortSignal): Promise<Uint8Array> {
  try {
    addAbortSignal(signal, stdin);
    return await buffer(stdin);
  } catch (cause) {
    signal.throwIfAborted();
    throw new CliError('UNREADABLE_PROMPT', 'cannot read the standard input', { cause });
  }
}

function reasonOf({ code, message }: NodeJS.ErrnoException): string {
  if (code === 'ENOENT') return 'there is no such file';
  if (code === 'EISDIR') return 'it is a folder';
  if (code === 'EACCES') return 'permission denied';
  return message;
}

function toText(bytes: Uint8Array, source: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (cause) {
    throw new CliError('UNREADABLE_PROMPT', `${source} is not UTF-8 text`, { cause });
  }
}

/** Line ends of files differ and files end with one: neither belongs to the question. */
function tidy(text: string, source?: string): string {
  const tidied = text.replaceAll('\r\n', '\n').trim();
  if (tidied !== '') return tidied;
  throw new CliError(
    'EMPTY_PROMPT',
    source ? `${source} is empty: ask something` : 'the prompt is empty: ask something',
  );
}
