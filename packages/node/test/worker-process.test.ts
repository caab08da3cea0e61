import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { fromSource } from './start-worker.ts';

/** Runs a program of its own, from the sources. */
async function run(...args: string[]) {
  const program = fileURLToPath(new URL('worker-program.ts', import.meta.url));
  const child = spawn(process.execPath, [...fromSource, program, ...args]);
  const [stdout, stderr, [exitCode, signal]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, 'exit'),
  ]);
  return { exitCode, signal, stdout, stderr };
}

test.concurrent.each([
  ['a decoder that was disposed', 'dispose', 0],
  ['a decoder that was disposed in the midst of a pass', 'dispose-open', 0],
  ['a decoder that is idle', 'idle', 0],
  ['a generation that nobody reads any more, in the midst of a pass', 'leave', 0],
  ['process.exit in the midst of a pass', 'exit', 7],
  ['an error that nobody catches, in the midst of a pass', 'throw', 1],
])('%s lets the process end', async (_what, how, code) => {
  const { exitCode, signal, stdout, stderr } = await run(how);
  expect({ exitCode, signal, stdout }).toEqual({ exitCode: code, signal: null, stdout: `answered ${how}\n` });
  expect(stderr).toEqual(how === 'throw' ? expect.stringContaining('nobody catches') : '');
});
