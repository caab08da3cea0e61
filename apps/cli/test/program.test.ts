import { type DecodeEvent, loadDecoder } from '@beltline/node';
import { describe, expect, it } from 'vitest';
import type { Environment } from '../src/environment.ts';
import { CliError } from '../src/errors.ts';
import { createFakeDecoder, documents, fallbackEvents, parallelEvents } from './fake-decoder.ts';
import { eventsOf, run } from './run-program.ts';

describe('an answer', () => {
  it('goes to the standard output, all about it to the standard error', async () => {
    const { exitCode, stdout, stderr } = await run(['run', 'What is it?']);
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/^Let us check each document\.\n[\s\S]*\nAnswer: 1956\n$/);
    expect(stderr).toContain('forward passes');
    expect(stdout + stderr).not.toContain('\u001B');
  });

  it('comes alone if nothing else is wanted', async () => {
    const { stdout, stderr } = await run(['run', '--quiet', 'What is it?']);
    expect(stdout).toContain('Answer: 1956');
    expect(stderr).toBe('');
  });

  it('says in one line that nothing could be decoded in parallel', async () => {
    const decoder = createFakeDecoder(() => fallbackEvents(documents));
    const { exitCode, stderr } = await run(['run', 'What is it?'], { decoder });
    expect(exitCode).toBe(0);
    expect(stderr).toContain('Note: decoded in order, not in parallel: the list of steps was malformed.');
  });

  it('is coloured only where that is wanted', async () => {
    const colored = await run(['run', 'What is it?'], { env: { FORCE_COLOR: '1', NO_COLOR: '1' } });
    expect(colored.stdout).toContain('\u001B[1mDocument 1:\u001B[22m is about');
    const off = await run(['run', '--no-color', 'What is it?'], { env: { FORCE_COLOR: '1' } });
    expect(off.stdout).not.toContain('\u001B');
  });

  it('is not all that is heard of while a model is downloaded', async () => {
    const loadDecoder: Environment['loadDecoder'] = async (_, { onProgress }) => {
      for (const done of [0, 5e6, 9e6]) {
        onProgress?.({ phase: 'download', file: 'model.onnx', done, total: 10e6, notice: undefined });
      }
      onProgress?.({ phase: 'download', file: 'model.onnx', done: 9e6, total: 10e6, notice: 'trying again' });
      return createFakeDecoder(eventsOf);
    };
    const { stdout, stderr } = await run(['run', 'What is it?'], { loadDecoder });
    expect(stderr).toMatch(/^Downloading the model, 10\.0 MB\ntrying again\n\n/);
    expect(stdout).toMatch(/^Let us check/);
    const quiet = await run(['run', '--quiet', 'What is it?'], { loadDecoder });
    expect(quiet.stderr).toBe('');
  });

  it('is asked for without thinking', async () => {
    const decoder = createFakeDecoder(eventsOf);
    await run(['run', '--no-thinking', 'What is it?'], { decoder });
    expect(decoder.generated[0]).toMatchObject({ templateVariables: { enable_thinking: false } });
  });

  it('frees the decoder', async () => {
    const decoder = createFakeDecoder(eventsOf);
    await run(['run', 'What is it?'], { decoder });
    expect(decoder.disposed).toBe(true);
  });
});

describe('a comparison', () => {
  it('warms up, decodes in both ways and shows both answers and the gain', async () => {
    const decoder = createFakeDecoder(eventsOf);
    const { exitCode, stdout, stderr } = await run(['run', '--mode', 'compare', 'What is it?'], { decoder });
    expect(exitCode).toBe(0);
    const modes = decoder.generated.map(({ mode }) => mode);
    expect(modes.slice(-2)).toEqual(['sequential', 'parallel']);
    // How much of it depends on the time that it takes.
    expect(['parallel', 'sequential', 'parallel'].slice(0, modes.length - 2)).toEqual(modes.slice(0, -2));
    expect(modes.length).toBeGreaterThan(2);
    expect(stdout.match(/Answer: 1956/g)).toHaveLength(2);
    expect(stderr).toMatch(/forward passes\s+209\s+141\s+1\.48x/);
    expect(stderr).toContain('Both answers are the same.');
  });

  it('names the run in every line of JSON and leaves the warm-up out', async () => {
    const { stdout } = await run(['run', '--mode', 'compare', '--json', 'What is it?']);
    const lines: (DecodeEvent & { run: string })[] = stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect([...new Set(lines.map((line) => line.run))]).toEqual(['sequential', 'parallel']);
    expect(lines.filter(({ type }) => type === 'finish')).toHaveLength(2);
  });
});

describe('JSON lines', () => {
  it('are the events and nothing else, and the standard error stays empty', async () => {
    const { stdout, stderr } = await run(['run', '--json', 'What is it?']);
    const lines = stdout.trimEnd().split('\n');
    expect(lines.map((line) => JSON.parse(line))).toEqual(parallelEvents(documents));
    expect(stderr).toBe('');
  });

  it('tell of failures too, and the exit code stays', async () => {
    const wrong = await run(['run', '--json', '--top-p', '7', 'What is it?']);
    expect(wrong.exitCode).toBe(2);
    expect(JSON.parse(wrong.stdout)).toMatchObject({ type: 'error', code: 'USAGE' });

    const failure = Object.assign(new Error('no such model'), { code: 'MODEL_NOT_FOUND' });
    const failed = await run(['run', '--json', 'What is it?'], {
      loadDecoder: () => Promise.reject(failure),
    });
    expect(failed.exitCode).toBe(1);
    expect(JSON.parse(failed.stdout)).toEqual({
      type: 'error',
      code: 'MODEL_NOT_FOUND',
      message: 'no such model',
    });
  });
});

describe('a failure', () => {
  it('is one line, and a stack only for those who ask', async () => {
    const loadDecoder = () => Promise.reject(new Error('first line\n  second line'));
    const { exitCode, stdout, stderr } = await run(['run', 'What is it?'], { loadDecoder });
    expect(exitCode).toBe(1);
    expect(stdout).toBe('');
    expect(stderr).toBe('beltline: first line second line\n');
    expect((await run(['run', '--debug', 'What is it?'], { loadDecoder })).stderr).toContain('    at ');
    const env = { BELTLINE_DEBUG: '1' };
    expect((await run(['run', 'What is it?'], { loadDecoder, env })).stderr).toContain('    at ');
  });

  it('leaves what was decoded, and frees the decoder', async () => {
    const decoder = createFakeDecoder(eventsOf, (event) => {
      if (event.type === 'branch-end') throw new Error('the model broke');
    });
    const { exitCode, stdout, stderr } = await run(['run', 'What is it?'], { decoder });
    expect(exitCode).toBe(1);
    expect(stdout).toContain('Document 2: is about th\n');
    expect(stderr).toBe('beltline: the model broke\n');
    expect(decoder.disposed).toBe(true);
  });
});

describe('with real models', () => {
  it.each([
    ['a model that is not there', ['--model', './no-such-model', 'What is it?'], 'no-such-model'],
    ['a precision that cannot be chosen', ['--precision', 'int8', 'What is it?'], 'precision'],
    ['a prompt that is too long', ['word '.repeat(9000)], /the prompt is \d+ tokens long; .* at most 6143/],
  ])('says in one line what is wrong with %s', async (_, args, message) => {
    const { exitCode, stdout, stderr } = await run(['run', ...args], { loadDecoder });
    expect(exitCode).toBe(1);
    expect(stdout).toBe('');
    expect(stderr).toMatch(/^beltline: .*\n$/);
    expect(stderr).toMatch(message);
  });
});

describe('an interruption', () => {
  it.each([
    ['INTERRUPTED', 130, 'beltline: interrupted\n'],
    ['TERMINATED', 143, 'beltline: interrupted\n'],
    ['OUTPUT_CLOSED', 0, ''],
  ] as const)('%s ends with exit code %i and leaves what was decoded', async (code, exitCode, message) => {
    const controller = new AbortController();
    const decoder = createFakeDecoder(eventsOf, (event) => {
      if (event.type === 'branch-end') controller.abort(new CliError(code, 'interrupted'));
    });
    const result = await run(['run', 'What is it?'], { decoder, signal: controller.signal });
    expect(result.exitCode).toBe(exitCode);
    expect(result.stdout).toContain('Document 2: is about th\n');
    expect(result.stderr).toBe(message);
    expect(decoder.disposed).toBe(true);
  });

  it('needs no input to come to an end', async () => {
    const controller = new AbortController();
    const running = run(['run', '-'], { waits: true, signal: controller.signal });
    setTimeout(() => controller.abort(new CliError('INTERRUPTED', 'interrupted')), 10);
    expect(await running).toMatchObject({ exitCode: 130, stdout: '', stderr: 'beltline: interrupted\n' });
  });
});

describe('help', () => {
  it('has examples, for the program and for the command', async () => {
    for (const args of [['--help'], ['run', '--help'], ['help', 'run']]) {
      const { exitCode, stdout, stderr } = await run(args);
      expect(exitCode).toBe(0);
      expect(stdout).toContain('Examples:\n  $ beltline run');
      expect(stderr).toBe('');
    }
  });

  it('is what a command line without a command gets, with exit code 2', async () => {
    const { exitCode, stdout, stderr } = await run([]);
    expect(exitCode).toBe(2);
    expect(stdout).toBe('');
    expect(stderr).toContain('Usage: beltline');
  });

  it('is hinted at for an unknown command', async () => {
    const { exitCode, stderr } = await run(['rum']);
    expect(exitCode).toBe(2);
    expect(stderr).toBe('beltline: unknown command \'rum\' (Did you mean run?)\nTry "beltline --help".\n');
  });

  it('is not needed to know the version', async () => {
    const { exitCode, stdout } = await run(['--version']);
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/^\d+\.\d+\.\d+/);
  });
});
