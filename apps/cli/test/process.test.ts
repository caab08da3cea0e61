import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

const pathOf = (relative: string) => fileURLToPath(new URL(relative, import.meta.url));
const documents = pathOf('../../../examples/documents.txt');
const planning = pathOf('../../../examples/planning.txt');

/** Starts the real command from its sources, with the embedded model. */
function start(args: readonly string[]): ChildProcess {
  const loader = [
    '--conditions=beltline-source',
    '--import',
    new URL('../../../testing/typescript/register.js', import.meta.url).href,
  ];
  const { FORCE_COLOR, NO_COLOR, BELTLINE_DEBUG, ...env } = process.env;
  return spawn(process.execPath, [...loader, pathOf('../src/main.ts'), ...args], { env });
}

async function run(args: readonly string[], stdin = '') {
  const child = start(args);
  child.stdin!.end(stdin);
  return finish(child);
}

async function finish(child: ChildProcess) {
  const [stdout, stderr, [exitCode]] = await Promise.all([
    text(child.stdout!),
    text(child.stderr!),
    once(child, 'exit'),
  ]);
  return { exitCode, stdout, stderr };
}

it.concurrent('answers the example question in both ways with the embedded model', async () => {
  const { exitCode, stdout, stderr } = await run(['run', '--mode', 'compare', '--file', documents]);
  expect(exitCode).toBe(0);
  const answer = `Let us check each document.

Document 1: is about Elena Rossi, asked is Lindgren Motors, so it is another one.

Document 2: is about Silver Lake, asked is Lindgren Motors, so it is another one.

Document 3: is about Harbor Studios, asked is Lindgren Motors, so it is another one.

Document 4: is about Anna Petrov, asked is Lindgren Motors, so it is another one.

Document 5: is about Talia, asked is Lindgren Motors, so it is another one.

Document 6: is about Lindgren Motors, asked is Lindgren Motors, so it is the same. It says Lindgren Motors was founded by Clara Jensen.

Document 6 gives the answer.
Answer: Clara Jensen
`;
  expect(stdout).toBe(`Sequential answer\n\n${answer}\nParallel answer\n\n${answer}`);
  expect(stderr).toContain('Both answers are the same.');
  const [, sequential, parallel] = /forward passes\s+(\d+)\s+(\d+)/.exec(stderr)!;
  expect(Number(sequential) / Number(parallel)).toBeGreaterThan(2);
});

it.concurrent('answers from the standard input, with one line of JSON per event', async () => {
  const { exitCode, stdout, stderr } = await run(
    ['run', '--json', '--join', 'reuse'],
    'Discuss a school trip to Norwood from the aspects of budget, food, nature, and safety.\n',
  );
  expect(exitCode).toBe(0);
  expect(stderr).toBe('');
  const events = stdout
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
  const titles = events.filter(({ type }) => type === 'branch-start').map(({ title }) => title);
  expect(titles).toEqual(['budget', 'food', 'nature', 'safety']);
  expect(events.at(-1)).toMatchObject({ type: 'finish', result: { mode: 'parallel', finishReason: 'stop' } });
});

/** All tokens are equally likely, whatever the model: with this seed the one that ends the answer does not come. */
const sampling = ['--temperature', '1000000', '--seed', '3', '--max-tokens', '4000'];
const endless = ['run', '--mode', 'sequential', ...sampling, '--file', planning];

it.concurrent('stops on Ctrl-C in the middle of an answer, which it leaves there', async () => {
  const child = start(endless);
  const finished = finish(child);
  await once(child.stdout!, 'data');
  child.kill('SIGINT');
  const { exitCode, stdout, stderr } = await finished;
  expect({ exitCode, stderr }).toEqual({ exitCode: 130, stderr: 'beltline: interrupted\n' });
  expect(stdout).toMatch(/\S[\s\S]*\n$/);
});

it.concurrent('ends quietly when nobody reads on', async () => {
  const child = start(endless);
  await once(child.stdout!, 'data');
  child.stdout!.destroy();
  const [stderr, [exitCode]] = await Promise.all([text(child.stderr!), once(child, 'exit')]);
  expect({ stderr, exitCode }).toEqual({ stderr: '', exitCode: 0 });
});
