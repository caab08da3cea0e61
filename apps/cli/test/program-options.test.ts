import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Decoder } from '@beltline/node';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createFakeDecoder } from './fake-decoder.ts';
import { eventsOf, run } from './run-program.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'beltline-cli-'));
});
afterAll(() => rm(folder, { recursive: true }));

describe('the prompt', () => {
  /** What the decoder is asked. */
  async function asked(args: readonly string[], stdin?: string | Uint8Array) {
    const prompts: unknown[] = [];
    const fake = createFakeDecoder(eventsOf);
    const decoder: Decoder = {
      ...fake,
      generate(prompt, options) {
        prompts.push(prompt);
        return fake.generate(prompt, options);
      },
    };
    const { exitCode, stderr } = await run(['run', ...args], {
      decoder,
      ...(stdin !== undefined && { stdin }),
    });
    return { exitCode, stderr, prompts };
  }

  it('comes from the command line, a file or the standard input, without the line end of a file', async () => {
    const file = join(folder, 'question.txt');
    await writeFile(file, '\uFEFFone\r\n\r\ntwo\r\n');
    expect((await asked(['one two'])).prompts).toEqual(['one two']);
    expect((await asked(['--file', file])).prompts).toEqual(['one\n\ntwo']);
    expect((await asked([], 'piped\n')).prompts).toEqual(['piped']);
    expect((await asked(['-'], 'piped\n')).prompts).toEqual(['piped']);
    expect((await asked(['typed'], 'piped\n')).prompts).toEqual(['typed']);
  });

  it('is missed, and there may be but one', async () => {
    expect(await asked([])).toMatchObject({ exitCode: 2, stderr: expect.stringContaining('no prompt') });
    expect(await asked(['one', '--file', 'two.txt'])).toMatchObject({
      exitCode: 2,
      stderr: expect.stringContaining('choose one of them'),
    });
    expect(await asked(['one', 'two'])).toMatchObject({
      exitCode: 2,
      stderr: expect.stringContaining('too many arguments'),
    });
  });

  it('must not be empty', async () => {
    for (const [args, stdin] of [[['  ']], [[], ''], [['-'], '\n']] as [string[], string?][]) {
      expect(await asked(args, stdin)).toMatchObject({
        exitCode: 1,
        stderr: expect.stringContaining('empty'),
        prompts: [],
      });
    }
  });

  it('must be readable text', async () => {
    const binary = join(folder, 'binary');
    await writeFile(binary, Uint8Array.of(0xff, 0xfe, 0x00));
    const messages = [
      [join(folder, 'missing.txt'), 'there is no such file'],
      [folder, 'it is a folder'],
      [binary, 'is not UTF-8 text'],
    ] as const;
    for (const [file, message] of messages) {
      const { exitCode, stderr } = await asked(['--file', file]);
      expect(exitCode).toBe(1);
      expect(stderr).toContain(file);
      expect(stderr).toContain(message);
      expect(stderr.trimEnd()).not.toContain('\n');
    }
    expect((await asked(['-'], Uint8Array.of(0xc3))).stderr).toContain('is not UTF-8 text');
  });
});

describe('the options', () => {
  it('reach the model and the decoder', async () => {
    const decoder = createFakeDecoder(eventsOf);
    const args = [
      '--model',
      './here',
      '--precision',
      'int8',
      '--wide',
      '--threads',
      '2',
      '--mode',
      'sequential',
    ];
    const format = ['--format', 'trained'];
    const sampling = ['--temperature', '0.7', '--top-k', '40', '--top-p', '.9', '--seed', '-3'];
    const limits = ['--max-tokens', '100', '--max-branch-tokens', '50', '--join', 'reuse'];
    const outline = ['--max-branches', '9', '--max-title-tokens', '8', '--outline-constraint', 'reference'];
    const blocks = ['--max-blocks', '3'];
    const penalties = [
      '--repetition-penalty',
      '1.1',
      '--frequency-penalty',
      '0.2',
      '--presence-penalty',
      '-0.3',
    ];
    const others = ['--drafts', 'lookup', '--min-p', '0.05', '--stop', 'END', '--stop', '\n\n\n'];
    const loaded: unknown[] = [];
    await run(
      [
        'run',
        ...args,
        ...format,
        ...sampling,
        ...limits,
        ...outline,
        ...blocks,
        ...penalties,
        ...others,
        'What is it?',
      ],
      {
        loadDecoder: async (model, { precision, wide, threads, format }) => {
          loaded.push({ model, precision, wide, threads, format });
          return decoder;
        },
      },
    );
    expect(loaded).toEqual([
      { model: './here', precision: 'int8', wide: true, threads: 2, format: 'trained' },
    ]);
    expect(decoder.generated).toEqual([
      {
        mode: 'sequential',
        join: 'reuse',
        temperature: 0.7,
        topK: 40,
        topP: 0.9,
        seed: -3,
        maxTokens: 100,
        maxBranchTokens: 50,
        maxBranches: 9,
        maxBlocks: 3,
        maxTitleTokens: 8,
        outlineConstraint: 'reference',
        drafts: 'lookup',
        stop: ['END', '\n\n\n'],
        minP: 0.05,
        repetitionPenalty: 1.1,
        frequencyPenalty: 0.2,
        presencePenalty: -0.3,
        signal: expect.any(AbortSignal),
      },
    ]);
  });

  it('choose how an answer in parallel is verified', async () => {
    const decoder = createFakeDecoder(eventsOf);
    await run(['run', '--verify', 'report', 'What is it?'], { decoder });
    expect(decoder.generated[0]).toMatchObject({ verify: 'report' });
  });

  it('leave what was not given to the model and the decoder', async () => {
    const decoder = createFakeDecoder(eventsOf);
    const { loaded } = await run(['run', 'What is it?']);
    expect(Object.keys(loaded[0]!.options).sort()).toEqual(['onProgress', 'signal']);
    await run(['run', 'What is it?'], { decoder });
    expect(decoder.generated[0]).not.toHaveProperty('seed');
    expect(decoder.generated[0]).not.toHaveProperty('templateVariables');
    expect(decoder.generated[0]).toMatchObject({ mode: 'parallel', join: 'recompute', temperature: 0 });
  });

  it.each([
    [['--temperature', 'hot'], 'at least 0'],
    [['--temperature', '-1'], 'at least 0'],
    [['--temperature', '1.2.3'], 'at least 0'],
    [['--top-p', '0'], 'above 0'],
    [['--top-p', '1.5'], 'above 0'],
    [['--top-k', '2.5'], 'whole number'],
    [['--seed', '1e3'], 'whole number'],
    [['--max-tokens', '0'], 'at least 1'],
    [['--threads', ''], 'at least 1'],
    [['--mode', 'quick'], 'parallel, sequential, compare'],
    [['--join', 'none'], 'recompute, reuse'],
    [['--precision', 'fp8'], 'fp32, int8, int4'],
    [['--modle', 'x'], 'Did you mean one of --mode, --model?'],
    [['--file'], 'argument missing'],
    [['--stop', ''], 'not be empty'],
    [['--min-p', '-0.1'], 'at least 0'],
    [['--repetition-penalty', '0'], 'above 0'],
    [['--presence-penalty', 'much'], 'a number'],
    [['--verify', 'report', '--temperature', '0.7'], 'greedy'],
    [['--verify', 'repair', '--join', 'reuse'], 'recompute'],
  ])('%j is refused with exit code 2, a reason and a hint', async (args, reason) => {
    const { exitCode, stdout, stderr, loaded } = await run(['run', 'What is it?', ...args]);
    expect(exitCode).toBe(2);
    expect(stdout).toBe('');
    expect(stderr).toMatch(/^beltline: .*\nTry "beltline run --help"\.\n$/);
    expect(stderr).toContain(reason);
    expect(loaded).toEqual([]);
  });
});
