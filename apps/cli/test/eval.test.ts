import { appendFile, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type AnswerRecord, parseResults } from '@beltline/evaluation';
import { DEFAULT_MODEL, type Decoder, loadDecoder } from '@beltline/node';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { CliError } from '../src/errors.ts';
import { createEvalProgress } from '../src/eval/eval-progress.ts';
import { runProgram } from '../src/program.ts';
import { createInput, RecordedOutput, showOnTerminal } from './streams.ts';

let embedded: Decoder;
beforeAll(async () => {
  embedded = await loadDecoder();
});
afterAll(() => embedded.dispose());

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'beltline-eval-'));
});
afterEach(() => rm(folder, { recursive: true }));

interface Setup {
  /** Interrupts when this many answers, those of the warm-up included, have begun. */
  readonly interruptAt?: number;
  readonly terminal?: { readonly columns: number; readonly rows: number };
  /** What loading the model throws. */
  readonly failure?: Error;
}

/** Runs `beltline eval` with the embedded model. */
async function run(args: readonly string[], { interruptAt, terminal, failure }: Setup = {}) {
  const stdout = new RecordedOutput();
  const stderr = new RecordedOutput(terminal);
  const controller = new AbortController();
  let loads = 0;
  let answers = 0;
  const decoder: Decoder = {
    ...embedded,
    generate(prompt, options) {
      answers += 1;
      if (answers === interruptAt) controller.abort(new CliError('INTERRUPTED', 'interrupted'));
      return embedded.generate(prompt, options);
    },
    dispose: async () => {},
  };
  const exitCode = await runProgram(['eval', '--output', folder, ...args], {
    stdin: createInput(),
    stdout,
    stderr,
    env: {},
    signal: controller.signal,
    loadDecoder: async () => {
      loads += 1;
      if (failure) throw failure;
      return decoder;
    },
  });
  return { exitCode, stdout: stdout.text, stderr: stderr.text, loads };
}

const results = async () => parseResults(await readFile(join(folder, 'results.jsonl'), 'utf8'));
const summary = async () => JSON.parse(await readFile(join(folder, 'summary.json'), 'utf8'));
const timeless = ({ milliseconds: _, stages, ...record }: AnswerRecord) => ({
  ...record,
  stages: stages.map(({ milliseconds: _, ...stage }) => stage),
});

const few = ['--tasks', 'documents,planning', '--count', '2', '--max-tokens', '24'];

describe('beltline eval', () => {
  it('answers the problems of all tasks in all modes, and leaves results, a summary and a report', async () => {
    const { exitCode, stdout, stderr, loads } = await run(few);
    expect({ exitCode, loads }).toEqual({ exitCode: 0, loads: 1 });
    const { records, header } = await results();
    expect(records).toHaveLength(2 * 2 * 3);
    expect(header.settings).toMatchObject({ model: DEFAULT_MODEL, problems: 4, count: 2, maxTokens: 24 });
    expect(new Set(records.map(({ task }) => task))).toEqual(new Set(['documents', 'planning']));
    for (const { answerTokens, forwardPasses, milliseconds, stages } of records) {
      expect(answerTokens).toBeGreaterThan(0);
      expect(forwardPasses).toBeGreaterThan(0);
      const decoding = stages.filter(({ stage }) => stage !== 'prefill');
      expect(decoding.reduce((sum, stage) => sum + stage.milliseconds, 0)).toBeCloseTo(milliseconds, 6);
    }
    expect(stdout).toMatch(/^documents, 2 problems$/m);
    expect(stdout).toMatch(/^ +parallel \(reuse\) +\d+%/m);
    expect(stderr).toBe(`Report: ${join(folder, 'report.html')}\n`);
    expect(await summary()).toMatchObject({ complete: 4, tasks: [{}, {}, { task: 'all', problems: 4 }] });
    expect(await readFile(join(folder, 'report.html'), 'utf8')).toMatch(/^<!DOCTYPE html>/);
  });

  it("compares with drafts and with the paper's pace, which write the same in other numbers of passes", async () => {
    const modes = 'sequential,sequential+drafts,recompute,recompute+drafts,paper';
    const limits = ['--tasks', 'planning', '--count', '1', '--max-tokens', '120'];
    const { exitCode, stdout } = await run([...limits, '--modes', modes]);
    expect(exitCode).toBe(0);
    expect(stdout).toContain('sequential + drafts');
    const { records } = await results();
    const of = (mode: string) => records.find((record) => record.mode === mode)!;
    for (const mode of ['sequential', 'recompute']) {
      expect(of(`${mode}+drafts`).text).toBe(of(mode).text);
      expect(of(`${mode}+drafts`).forwardPasses).toBeLessThanOrEqual(of(mode).forwardPasses);
    }
    expect(of('paper').text).toBe(of('recompute').text);
    expect(of('paper').forwardPasses).toBeGreaterThanOrEqual(of('recompute').forwardPasses);
    const [{ modes: summaries }] = (await summary()).tasks;
    expect(summaries[1]).toMatchObject({
      mode: 'sequential+drafts',
      drafts: { proposed: expect.any(Number) },
    });
    expect(summaries[0].drafts).toBeUndefined();
  });

  it('goes on where it was interrupted, and comes to what it would have come to', async () => {
    await run([...few, '--fresh']);
    const whole = await results();
    await run([...few, '--fresh', '--quiet'], { interruptAt: 3 + 5 });
    const part = await results();
    expect(part.records.map(timeless)).toEqual(whole.records.slice(0, 4).map(timeless));
    // As if the machine had been switched off in the middle of a line.
    await appendFile(join(folder, 'results.jsonl'), '{"problem":"docum');
    const { exitCode, loads } = await run(few);
    expect({ exitCode, loads }).toEqual({ exitCode: 0, loads: 1 });
    expect((await results()).records.map(timeless)).toEqual(whole.records.map(timeless));
    const again = await run(few);
    expect({ exitCode: again.exitCode, loads: again.loads }).toEqual({ exitCode: 0, loads: 0 });
  });

  it('shows what is there when it is interrupted, and how to go on', async () => {
    const { exitCode, stdout, stderr } = await run(few, { interruptAt: 3 + 5 });
    expect(exitCode).toBe(130);
    expect(stdout).toContain('documents, 1 problem');
    expect(stderr).toContain('1 of 4 problems are answered; the same command goes on with the others.');
    expect(await summary()).toMatchObject({ complete: 1 });
    expect(await readFile(join(folder, 'report.html'), 'utf8')).toContain(
      'Not complete: 1 of 4 problems so far.',
    );
  });

  it('refuses to mix settings, and starts anew if told to', async () => {
    await run([...few, '--quiet']);
    const before = await results();
    const changed = [...few.slice(0, -1), '25', '--modes', 'sequential'];
    const refused = await run(changed);
    expect(refused).toMatchObject({ exitCode: 1, loads: 0 });
    expect(refused.stderr).toContain('maxTokens (24, now 25)');
    expect(refused.stderr).toContain('--fresh');
    expect(await results()).toEqual(before);
    expect(await run([...changed, '--fresh'])).toMatchObject({ exitCode: 0 });
    expect((await results()).records).toHaveLength(4);
  });

  it('leaves the folder as it was where the model cannot be loaded', async () => {
    const failure = new Error('no such model');
    const failed = await run([...few, '--model', 'typo', '--json'], { failure });
    expect(failed).toMatchObject({ exitCode: 1, loads: 1 });
    expect(failed.stdout).toBe('{"type":"error","message":"no such model"}\n');
    expect(await readdir(folder)).toEqual([]);
    await run([...few, '--quiet']);
    const before = await results();
    await run([...few, '--model', 'typo', '--fresh'], { failure });
    expect(await results()).toEqual(before);
  });

  it('does not write over a file of somebody else', async () => {
    const path = join(folder, 'results.jsonl');
    await writeFile(path, 'notes\n');
    const { exitCode, stderr } = await run(few);
    expect(exitCode).toBe(1);
    expect(stderr).toContain('line 1 is not JSON');
    expect(await readFile(path, 'utf8')).toBe('notes\n');
  });

  it('reads problems from a file, and writes the summary as JSON', async () => {
    const file = join(folder, 'capitals.jsonl');
    await writeFile(
      file,
      '{"prompt":"What is it?","gold_keys":["####","e"]}\n{"prompt":"And this?","gold_keys":"x"}\n',
    );
    const { stdout } = await run([
      '--file',
      file,
      '--modes',
      'sequential,reuse',
      '--max-tokens',
      '10',
      '--json',
    ]);
    const written = JSON.parse(stdout);
    expect(written).toEqual(await summary());
    expect(written.tasks).toMatchObject([{ task: 'capitals', problems: 2, modes: [{}, { mode: 'reuse' }] }]);
  });

  it('draws a bar in a terminal', async () => {
    const { stderr } = await run(['--tasks', 'planning', '--count', '1', '--max-tokens', '8'], {
      terminal: { columns: 100, rows: 20 },
    });
    expect(stderr).toContain('Loading the model');
    expect(showOnTerminal(stderr)).toContain('Report: ');
    expect(showOnTerminal(stderr)).not.toContain('Loading');
  });

  it('counts the answers in its bar', async () => {
    const stderr = new RecordedOutput({ columns: 100, rows: 20 });
    const environment = { stderr, env: {}, signal: new AbortController().signal };
    const progress = createEvalProgress({
      environment,
      quiet: false,
      modes: ['reuse'],
      total: 3,
      records: [],
    });
    progress.answered({ mode: 'reuse', correct: true } as AnswerRecord);
    await vi.waitFor(() => expect(showOnTerminal(stderr.text)).toContain('1 of 3 answers'));
    expect(showOnTerminal(stderr.text)).toContain('1 of 1 right');
    progress.close();
    expect(showOnTerminal(stderr.text)).toBe('');
  });

  it.each([
    [['--items', '1'], 'from 3 to 100'],
    [['--items', '3..4'], 'such as 3-10'],
    [['--difficulty', '4'], '1, 2 or 3'],
    [['--tasks', 'chess'], 'retrieval, documents, planning'],
    [['--modes', 'parallel'], 'sequential, recompute, reuse'],
    [['--tasks', 'planning', '--kind', 'refusal'], 'kind of family planning'],
    [['--file', 'x.jsonl', '--seed', '1'], '--seed is for generated problems'],
  ])('%j is refused before anything is written', async (args, reason) => {
    const { exitCode, stderr, loads } = await run(args);
    expect({ exitCode, loads }).toEqual({ exitCode: 2, loads: 0 });
    expect(stderr).toContain(reason);
    await expect(stat(join(folder, 'results.jsonl'))).rejects.toMatchObject({ code: 'ENOENT' });
  });

  it('says which line of a file is no problem', async () => {
    const file = join(folder, 'broken.jsonl');
    await writeFile(file, '{"prompt":"What is it?","gold_keys":"x"}\n{"prompt":1}\n');
    const { exitCode, stderr } = await run(['--file', file]);
    expect(exitCode).toBe(1);
    expect(stderr).toContain('2');
    expect(await run(['--file', join(folder, 'missing.jsonl')])).toMatchObject({ exitCode: 1 });
  });
});
