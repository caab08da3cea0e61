import { Readable, Writable } from 'node:stream';
import type { Input, Output } from '../src/environment.ts';

/** A standard input with the text, or a terminal where nobody types. */
export function createInput(text?: string | Uint8Array): Input {
  const input: Readable & { isTTY?: boolean } = Readable.from(text === undefined ? [] : [Buffer.from(text)]);
  input.isTTY = text === undefined;
  return input;
}

/** An output that keeps what is written to it. */
export class RecordedOutput extends Writable implements Output {
  readonly isTTY: boolean;
  columns = 0;
  rows = 0;
  /** All that was written. */
  text = '';

  /** With a size it is a terminal. */
  constructor(size?: { readonly columns: number; readonly rows: number }) {
    super({ decodeStrings: false });
    this.isTTY = size !== undefined;
    Object.assign(this, size);
  }

  override _write(chunk: string, _encoding: string, done: () => void): void {
    this.text += chunk;
    done();
  }
}

/** What is to be read after these bytes on a terminal that is high enough. */
export function showOnTerminal(written: string): string {
  const lines = [''];
  let row = 0;
  let column = 0;

  function put(text: string): void {
    for (const character of text) {
      if (character === '\r') column = 0;
      else if (character === '\n') {
        row += 1;
        column = 0;
        lines[row] ??= '';
      } else {
        const line = lines[row]!;
        lines[row] = line.slice(0, column) + character + line.slice(column + character.length);
        column += character.length;
      }
    }
  }

  const [plain, ...controls] = written.split('\u001B[');
  put(plain!);
  for (const control of controls) {
    const [sequence, parameter, letter] = /^([?\d;]*)([A-Za-z])/.exec(control)!;
    if (letter === 'A') row = Math.max(0, row - Number(parameter));
    if (letter === 'K' || letter === 'J') lines[row] = lines[row]!.slice(0, column);
    if (letter === 'J') lines.splice(row + 1);
    put(control.slice(sequence!.length));
  }
  return lines.join('\n');
}
